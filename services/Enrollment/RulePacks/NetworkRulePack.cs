using System.Globalization;
using Platform.Shared.Errors;
using Platform.Shared.Persistence;
using Platform.Shared.RulePacks;

namespace Platform.Enrollment.RulePacks;

/// <summary>Where a network's rule pack stands. Numbered as in the API.</summary>
internal enum RulePackStatus
{
    /// <summary>Decides nothing yet; it may be tried on history.</summary>
    Proposed = 1,

    /// <summary>Decides, on the days it holds for.</summary>
    Active = 2,

    /// <summary>Decides nothing any more.</summary>
    Retired = 3,
}

/// <summary>
/// A rule pack of a network's own. What it says never changes; from when to when it holds is settled when it is activated, and
/// when a later version takes its place.
/// </summary>
internal sealed class NetworkRulePack : ITenantOwned, IVersioned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public string Name { get; init; } = string.Empty;

    /// <summary>The pack's own version; <see cref="Version"/> counts the changes of this row.</summary>
    public int Number { get; init; }

    /// <summary>The pack as it was proposed.</summary>
    public string Json { get; init; } = string.Empty;

    public RulePackStatus Status { get; private set; } = RulePackStatus.Proposed;

    public DateOnly EffectiveFrom { get; private set; }

    public DateOnly? EffectiveTo { get; private set; }

    public string ProposedBy { get; init; } = string.Empty;

    public DateTimeOffset ProposedAt { get; init; }

    /// <summary>Who activated or retired it last; empty while it is proposed.</summary>
    public string ChangedBy { get; private set; } = string.Empty;

    /// <summary>Why; empty when nothing was to be explained.</summary>
    public string Reason { get; private set; } = string.Empty;

    public long Version { get; private set; } = 1;

    /// <summary>A pack as proposed; it names its days and may be given others when it is activated.</summary>
    public static NetworkRulePack Propose(Guid id, Guid networkId, RulePack<CareRules> pack, string by, DateTimeOffset now) =>
        new()
        {
            Id = id,
            NetworkId = networkId,
            Name = pack.Name,
            Number = pack.Version,
            Json = pack.Json,
            EffectiveFrom = pack.EffectiveFrom,
            EffectiveTo = pack.EffectiveTo,
            ProposedBy = by,
            ProposedAt = now,
        };

    /// <summary>Name and number, as decisions name it.</summary>
    public string Pack => string.Create(CultureInfo.InvariantCulture, $"{Name}@{Number}");

    /// <summary>The pack with the days it holds for; it goes before what the service carries for the same scope.</summary>
    /// <param name="errors">Takes what is wrong with it for this version of the service.</param>
    /// <returns>The pack; null when anything is wrong.</returns>
    public RulePack<CareRules>? Read(RuleErrors errors)
    {
        var pack = CareRulePacks.Format.Read(Json, errors);
        return pack is null ? null : pack with { EffectiveFrom = EffectiveFrom, EffectiveTo = EffectiveTo, Layer = 1 };
    }

    /// <summary>The pack.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: this version of the service cannot read it.</exception>
    public RulePack<CareRules> Require()
    {
        var errors = new RuleErrors();
        return Read(errors) ?? throw RulePackErrors.Unusable(Unusable(RulePackErrors.Text(errors))).ToException();
    }

    /// <summary>What can be said of it when it cannot be used.</summary>
    public UnusablePack Unusable(string problem) => UnusablePack.Of(Pack, problem, EffectiveFrom, EffectiveTo, Json);

    /// <summary>Lets it decide from a day on.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: it was activated before. INVALID_ARGUMENT: it would end before it begins.</exception>
    public void Activate(DateOnly from, string by, string reason)
    {
        if (Status != RulePackStatus.Proposed)
        {
            throw RulePackErrors.NotProposed.ToException();
        }

        if (EffectiveTo < from)
        {
            throw DomainError.Invalid("effective_from", $"must not be after the pack's last day, {EffectiveTo:yyyy-MM-dd}").ToException();
        }

        EffectiveFrom = from;
        Change(RulePackStatus.Active, by, reason);
    }

    /// <summary>Ends it after a day; it decides nothing any more when that is before its first one.</summary>
    public void EndAfter(DateOnly last, string by, string reason)
    {
        if (last < EffectiveFrom)
        {
            Change(RulePackStatus.Retired, by, reason);
            return;
        }

        EffectiveTo = last;
        Change(Status, by, reason);
    }

    /// <summary>Withdraws a proposal.</summary>
    public void Withdraw(string by, string reason) => Change(RulePackStatus.Retired, by, reason);

    private void Change(RulePackStatus status, string by, string reason)
    {
        Status = status;
        ChangedBy = by;
        Reason = reason;
        Version++;
    }
}

/// <summary>
/// Counts the changes of a network's active packs, so that every process sees in its next transaction that there was one. Whoever
/// changes them holds this row.
/// </summary>
internal sealed class RulePackHead : IFoundByWorkers
{
    public Guid NetworkId { get; init; }

    public long Version { get; init; }
}

/// <summary>Why a rule pack cannot be proposed, activated or retired.</summary>
internal static class RulePackErrors
{
    public static readonly DomainError NotProposed = DomainError.Precondition(
        "RULE_PACK_NOT_PROPOSED", "The rule pack was activated or retired before. Propose a new version.");

    public static readonly DomainError NewerActive = DomainError.Precondition(
        "RULE_PACK_NEWER_ACTIVE", "A later version of the rule pack is active. Propose a new version.");

    public static readonly DomainError Retired = DomainError.Precondition("RULE_PACK_RETIRED", "The rule pack was retired before.");

    public static readonly DomainError Exists = DomainError.Exists(
        "RULE_PACK_EXISTS", "There is a rule pack of this name and version, and a version never changes. Propose the next one.");

    /// <summary>Code of <see cref="Unusable"/>.</summary>
    public const string UnusableCode = "RULE_PACK_UNUSABLE";

    /// <summary>What is wrong with a pack, in one line, as far as an error has room for it.</summary>
    public static string Text(RuleErrors errors) => DomainError.Invalid(errors.Found).Message;

    public static DomainError Unusable(UnusablePack pack) => DomainError.Precondition(
        UnusableCode,
        $"Rule pack {pack.Id} holds here and cannot be used by this version: {pack.Problem} Activate a corrected version, or retire it.");

    public static DomainError Collision(string pack, string other) => DomainError.Precondition(
        "RULE_PACK_COLLISION",
        $"{pack} and {other} hold for the same scope and days and have a section in common. Retire the other one, or name a more specific scope.");
}
