using System.Globalization;
using System.Text.Json.Serialization;

namespace Platform.Shared.RulePacks;

/// <summary>
/// Rules that vary by place, party and year, as data. A pack is never changed once something was decided under it: a correction is
/// a new version with its own dates, and a decision names the pack and version that it was made under.
/// </summary>
/// <typeparam name="TRules">The rules of a service.</typeparam>
/// <param name="Name">Name, lower-case letters and dashes.</param>
/// <param name="Version">Version, from 1.</param>
/// <param name="EffectiveFrom">First day it holds for.</param>
/// <param name="EffectiveTo">Last day it holds for; null when open.</param>
/// <param name="Scope">For what it holds: the values of a dimension; a dimension that is not named is open to all.</param>
/// <param name="Rules">The rules.</param>
public sealed record RulePack<TRules>(
    string Name,
    int Version,
    DateOnly EffectiveFrom,
    DateOnly? EffectiveTo,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Scope,
    TRules Rules)
    where TRules : class
{
    /// <summary>How a decision names the pack: <c>base@1</c>.</summary>
    [JsonIgnore]
    public string Id => string.Create(CultureInfo.InvariantCulture, $"{Name}@{Version}");

    /// <summary>Of two packs with equally specific scopes the one of the higher layer goes first: 0 for those that a service carries.</summary>
    [JsonIgnore]
    public int Layer { get; init; }

    /// <summary>The pack as it was written.</summary>
    [JsonIgnore]
    public string Json { get; init; } = string.Empty;

    /// <summary>Whether it holds on a day, for anything.</summary>
    public bool HoldsOn(DateOnly day) => day >= EffectiveFrom && (EffectiveTo is not { } last || day <= last);

    /// <summary>Whether it holds on a day for something whose dimensions have these values.</summary>
    /// <param name="valueOf">The value of a dimension; null when it has none or none is known.</param>
    /// <param name="on">The day.</param>
    public bool HoldsFor(Func<string, string?> valueOf, DateOnly on) =>
        HoldsOn(on)
        && Scope.All(dimension => valueOf(dimension.Key) is { } value && dimension.Value.Contains(value, StringComparer.Ordinal));
}

/// <summary>A rule as it was found for one decision.</summary>
/// <typeparam name="T">The rule.</typeparam>
/// <param name="Rule">The rule.</param>
/// <param name="Pack">The pack and version that it stands in: <c>base@1</c>.</param>
public sealed record Applied<T>(T Rule, string Pack)
    where T : class;
