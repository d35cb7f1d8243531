using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.Sites;
using Platform.Shared.Errors;
using Platform.Shared.RulePacks;

namespace Platform.Enrollment.RulePacks;

/// <summary>The rule packs of Enrollment: their form, those that the service carries, and how a rule is found in them.</summary>
internal static partial class CareRulePacks
{
    private static readonly PropertyInfo[] Sections =
        [.. typeof(CareRules).GetProperties().Where(p => p.PropertyType.IsAssignableTo(typeof(IRuleSection)))];

    /// <summary>By what care rules vary, the lightest first: a payer's rule goes before a state's.</summary>
    private static readonly RuleDimension[] Dimensions =
    [
        new("state", State().IsMatch, "is not two capital letters"),
        new("level", IsWord<LevelOfCare>, $"is none of {Words<LevelOfCare>()}"),
        new("track", IsWord<Track>, $"is none of {Words<Track>()}"),
        new("payerKind", IsWord<PayerKind>, $"is none of {Words<PayerKind>()}"),
        new("payer", value => value.Length is > 0 and <= 80, "is not a payer's code"),
    ];

    /// <summary>What a pack looks like.</summary>
    public static RulePackFormat<CareRules> Format { get; } = new(
        Dimensions,
        rules => SectionsOf(rules).Select(section => section.Name),
        (rules, errors) =>
        {
            foreach (var (name, section) in SectionsOf(rules))
            {
                section.Check(errors.At(name));
            }
        });

    /// <summary>The packs that the service carries; whatever is wrong with them stops it at its start.</summary>
    public static RulePackSet<CareRules> Shipped { get; } =
        new(Format, Format.Load(typeof(CareRulePacks).Assembly, ".RulePacks.Packs."));

    /// <summary>
    /// The packs that the service carries and those of a network. One that was right when it was activated may not be after a
    /// release: it is set apart, and what it may say is decided by nobody until it is retired or a corrected version is active.
    /// </summary>
    public static RulePackSet<CareRules> ShippedWith(IEnumerable<NetworkRulePack> own)
    {
        var (set, unusable) = (Shipped, new List<UnusablePack>());
        foreach (var row in own.OrderBy(row => row.Name, StringComparer.Ordinal).ThenBy(row => row.Number))
        {
            var errors = new RuleErrors();
            if (row.Read(errors) is not { } pack)
            {
                unusable.Add(row.Unusable(RulePackErrors.Text(errors)));
            }
            else if (set.CollisionsOf(pack).FirstOrDefault() is { } other)
            {
                unusable.Add(row.Unusable($"It collides with {other.Id}."));
            }
            else
            {
                set = set.With([pack]);
            }
        }

        return new RulePackSet<CareRules>(Format, set.Packs) { Unusable = unusable };
    }

    /// <summary>The section that applies; null when no pack that holds has it.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: a pack that may have it cannot be used.</exception>
    public static Applied<T>? FindSection<T>(
        this RulePackSet<CareRules> set, Func<CareRules, T?> section, RuleScope scope, DateOnly day)
        where T : class, IRuleSection =>
        set.UnusableFor(SectionName<T>.Value, dimension => ValueOf(scope, dimension), day) is { } unusable
            ? throw RulePackErrors.Unusable(unusable).ToException()
            : set.Find(section, dimension => ValueOf(scope, dimension), day);

    /// <summary>The section that applies; the packs of the service have every section that is asked for here.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: no pack that holds has it, or one that may have it cannot be used.</exception>
    public static Applied<T> Section<T>(
        this RulePackSet<CareRules> set, Func<CareRules, T?> section, RuleScope scope, DateOnly day)
        where T : class, IRuleSection =>
        set.FindSection(section, scope, day) ?? throw Missing.ToException();

    private static DomainError Missing { get; } = DomainError.Precondition(
        "RULE_PACK_MISSING", "No rule pack holds on this day for what is to be decided. Have one activated.");

    private static IEnumerable<(string Name, IRuleSection Section)> SectionsOf(CareRules rules) =>
        from property in Sections
        let section = (IRuleSection?)property.GetValue(rules)
        where section is not null
        select (JsonNamingPolicy.CamelCase.ConvertName(property.Name), section);

    private static string? ValueOf(RuleScope scope, string dimension) => dimension switch
    {
        "state" => scope.State,
        "level" => scope.Level is { } level ? WordOf(level) : null,
        "track" => scope.Track is { } track ? WordOf(track) : null,
        "payerKind" => scope.PayerKind is { } kind ? WordOf(kind) : null,
        "payer" => scope.Payer,
        _ => null,
    };

    private static string WordOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString());

    private static bool IsWord<T>(string value)
        where T : struct, Enum => Enum.GetValues<T>().Any(known => WordOf(known) == value);

    private static string Words<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetValues<T>().Select(WordOf));

    private static class SectionName<T>
    {
        public static readonly string Value = JsonNamingPolicy.CamelCase.ConvertName(Sections.Single(p => p.PropertyType == typeof(T)).Name);
    }

    [GeneratedRegex(@"^[A-Z]{2}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex State();
}
