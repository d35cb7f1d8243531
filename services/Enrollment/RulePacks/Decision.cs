using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Shared.Persistence;
using Platform.Shared.RulePacks;

namespace Platform.Enrollment.RulePacks;

/// <summary>
/// A decision that was made by rules, with what it was made of, so that it can be explained and made again under other rules. Its
/// facts may describe a person: it is part of the person's record.
/// </summary>
internal sealed class RuleDecision : ITenantOwned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    /// <summary>What was decided, such as <c>offer.hold</c>; names the rule that decides it.</summary>
    public string Kind { get; init; } = string.Empty;

    /// <summary>What it was decided about: an offer, an episode.</summary>
    public Guid SubjectId { get; init; }

    /// <summary>The person that it is about; null when it is about none.</summary>
    public Guid? PersonId { get; init; }

    public Guid SiteId { get; init; }

    /// <summary>The program; null when the decision is about none.</summary>
    public Guid? ProgramId { get; init; }

    /// <summary>Site-local day whose rules were applied.</summary>
    public DateOnly Day { get; init; }

    /// <summary>The pack that was applied, with its version.</summary>
    public string Pack { get; init; } = string.Empty;

    /// <summary>JSON of the <see cref="RuleScope"/>.</summary>
    public string Scope { get; init; } = string.Empty;

    /// <summary>JSON of what was known.</summary>
    public string Facts { get; init; } = string.Empty;

    /// <summary>JSON of what came of it.</summary>
    public string Outcome { get; init; } = string.Empty;

    public DateTimeOffset DecidedAt { get; init; }
}

/// <summary>What a decision is about.</summary>
/// <param name="SubjectId">An offer, an episode.</param>
/// <param name="SiteId">Its site.</param>
/// <param name="ProgramId">Its program; null when there is none.</param>
/// <param name="Scope">What its rules vary by.</param>
/// <param name="Day">Site-local day whose rules apply.</param>
/// <param name="PersonId">The person, in whose record whoever reads the decision is noted; null when it is about none.</param>
internal sealed record DecisionAbout(
    Guid SubjectId, Guid SiteId, Guid? ProgramId, RuleScope Scope, DateOnly Day, Guid? PersonId);

/// <summary>What came of a decision, and under which pack.</summary>
internal sealed record Decided<TOutcome>(TOutcome Outcome, string Pack);

/// <summary>A decision of one kind as it is made again: a pure function of the rules and what was known.</summary>
internal interface IDecisionRule
{
    /// <summary>What it decides, such as <c>offer.hold</c>.</summary>
    string Kind { get; }

    /// <summary>Decides as the live decision does.</summary>
    /// <param name="set">The rules.</param>
    /// <param name="scope">What they vary by.</param>
    /// <param name="day">The day whose rules apply.</param>
    /// <param name="facts">What was known, as it was recorded.</param>
    Decided<JsonElement> Decide(RulePackSet<CareRules> set, RuleScope scope, DateOnly day, JsonElement facts);
}

/// <summary>
/// A decision of one kind. The live decision (<see cref="DecisionRecords.Decide"/>) and the replay call the same function, so that
/// they cannot drift apart. It reads no clock and no store: all it knows are its arguments.
/// </summary>
/// <typeparam name="TFacts">What it is made of; survives a round trip through JSON.</typeparam>
/// <typeparam name="TOutcome">What comes of it.</typeparam>
internal abstract class DecisionRule<TFacts, TOutcome> : IDecisionRule
{
    /// <inheritdoc/>
    public abstract string Kind { get; }

    /// <summary>Decides.</summary>
    public abstract Decided<TOutcome> Decide(RulePackSet<CareRules> set, RuleScope scope, DateOnly day, TFacts facts);

    /// <inheritdoc/>
    Decided<JsonElement> IDecisionRule.Decide(RulePackSet<CareRules> set, RuleScope scope, DateOnly day, JsonElement facts)
    {
        var decided = Decide(set, scope, day, facts.Deserialize<TFacts>(DecisionJson.Options)!);
        return new Decided<JsonElement>(JsonSerializer.SerializeToElement(decided.Outcome, DecisionJson.Options), decided.Pack);
    }
}

/// <summary>How facts and outcomes are written.</summary>
internal static class DecisionJson
{
    /// <summary>Camel case, enumerations in UPPER_SNAKE_CASE, absent values left out.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseUpper) },
    };

    /// <summary>A value as it is kept.</summary>
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>A value that was kept.</summary>
    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Options)!;
}
