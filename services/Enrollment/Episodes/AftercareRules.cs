using Platform.Enrollment.RulePacks;
using Platform.Shared.RulePacks;

namespace Platform.Enrollment.Episodes;

/// <summary>Section <c>aftercare</c>: the contacts that are due after a discharge.</summary>
/// <param name="FollowUpDays">
/// Days after a discharge at which a contact is due, each once, rising. 7 and 30 are those of the HEDIS measures of follow-up after
/// hospitalization for mental illness and after high-intensity care for substance use disorder (NCQA, FUH and FUI).
/// </param>
internal sealed record AftercareRules(IReadOnlyList<int> FollowUpDays) : IRuleSection
{
    /// <inheritdoc/>
    public void Check(RuleErrors errors)
    {
        errors.Require(FollowUpDays.All(days => days is >= 1 and <= 3660), "followUpDays", "must be from 1 to 3660");
        errors.Require(
            FollowUpDays.Zip(FollowUpDays.Skip(1)).All(pair => pair.First < pair.Second), "followUpDays", "must rise");
    }
}

/// <summary>When contacts are due after a discharge.</summary>
internal sealed class FollowUpRule : DecisionRule<FollowUpFacts, FollowUpsDue>
{
    /// <inheritdoc/>
    public override string Kind => "aftercare.follow-ups";

    /// <inheritdoc/>
    public override Decided<FollowUpsDue> Decide(RulePackSet<CareRules> set, RuleScope scope, DateOnly day, FollowUpFacts facts)
    {
        var rules = set.Section(r => r.Aftercare, scope, day);
        return new Decided<FollowUpsDue>(new FollowUpsDue(rules.Rule.FollowUpDays), rules.Pack);
    }
}

/// <summary>What the contacts are decided of.</summary>
/// <param name="Disposition">How the episode ended.</param>
internal sealed record FollowUpFacts(Disposition Disposition);

/// <summary>The contacts that are due.</summary>
/// <param name="Days">Days after the discharge.</param>
internal sealed record FollowUpsDue(IReadOnlyList<int> Days);
