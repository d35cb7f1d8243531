namespace Platform.Shared.RulePacks;

/// <summary>Packs that are right together: for no thing and day do two of them with the same section go equally far.</summary>
/// <typeparam name="TRules">The rules of a service.</typeparam>
public sealed class RulePackSet<TRules>
    where TRules : class
{
    private readonly RulePackFormat<TRules> _format;

    /// <summary>Takes packs that are right together.</summary>
    /// <param name="format">What they look like.</param>
    /// <param name="packs">The packs, in any order.</param>
    /// <exception cref="InvalidDataException">Two of them collide; the text names them.</exception>
    public RulePackSet(RulePackFormat<TRules> format, IEnumerable<RulePack<TRules>> packs)
    {
        _format = format;
        Packs = [.. packs.OrderByDescending(format.Precedence).ThenBy(pack => pack.Id, StringComparer.Ordinal)];
        for (var i = 0; i < Packs.Count; i++)
        {
            for (var j = i + 1; j < Packs.Count; j++)
            {
                if (format.Collide(Packs[i], Packs[j]))
                {
                    throw new InvalidDataException($"Rule packs {Packs[i].Id} and {Packs[j].Id} hold for the same days and scope.");
                }
            }
        }
    }

    /// <summary>The packs, in the order in which they are asked.</summary>
    public IReadOnlyList<RulePack<TRules>> Packs { get; }

    /// <summary>Packs that hold and cannot be used: whoever asks for what they may say asks <see cref="UnusableFor"/> first.</summary>
    public IReadOnlyList<UnusablePack> Unusable { get; init; } = [];

    /// <summary>The packs that one could not be added beside.</summary>
    public IEnumerable<RulePack<TRules>> CollisionsOf(RulePack<TRules> added) => Packs.Where(pack => _format.Collide(pack, added));

    /// <summary>These packs and others.</summary>
    /// <exception cref="InvalidDataException">Two of them collide.</exception>
    public RulePackSet<TRules> With(IEnumerable<RulePack<TRules>> others) => new(_format, Packs.Concat(others)) { Unusable = Unusable };

    /// <summary>A pack that cannot be used and may have a section that holds for something; null when there is none.</summary>
    /// <param name="section">Name of the section.</param>
    /// <param name="valueOf">The value of a dimension; null when it has none or none is known.</param>
    /// <param name="on">The day.</param>
    public UnusablePack? UnusableFor(string section, Func<string, string?> valueOf, DateOnly on) =>
        Unusable.FirstOrDefault(pack => pack.MaySay(section, on) && _format.MayHoldFor(pack.Scope, valueOf));

    /// <summary>The most specific pack that holds; null when none does.</summary>
    /// <param name="valueOf">The value of a dimension; null when it has none or none is known.</param>
    /// <param name="on">The day.</param>
    public RulePack<TRules>? For(Func<string, string?> valueOf, DateOnly on) =>
        Packs.FirstOrDefault(pack => pack.HoldsFor(valueOf, on));

    /// <summary>A section of the most specific pack that holds and has it; null when none does.</summary>
    /// <typeparam name="T">The section.</typeparam>
    /// <param name="section">Takes the section of the rules; null where they have none.</param>
    /// <param name="valueOf">The value of a dimension; null when it has none or none is known.</param>
    /// <param name="on">The day.</param>
    public Applied<T>? Find<T>(Func<TRules, T?> section, Func<string, string?> valueOf, DateOnly on)
        where T : class
    {
        foreach (var pack in Packs)
        {
            if (section(pack.Rules) is { } found && pack.HoldsFor(valueOf, on))
            {
                return new Applied<T>(found, pack.Id);
            }
        }

        return null;
    }
}
