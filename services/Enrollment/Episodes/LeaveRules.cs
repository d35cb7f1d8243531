using Platform.Enrollment.RulePacks;
using Platform.Shared.RulePacks;

namespace Platform.Enrollment.Episodes;

/// <summary>Section <c>leave</c>: what becomes of the place while a person is on leave.</summary>
/// <param name="KeepPlaceDays">A leave from which the person is expected back within so many days keeps the place; a longer one, or
/// one without an expected return, frees it.</param>
internal sealed record LeaveRules(int KeepPlaceDays) : IRuleSection
{
    /// <inheritdoc/>
    public void Check(RuleErrors errors) => errors.Range(KeepPlaceDays, "keepPlaceDays", 0, 366);
}

/// <summary>Whether a leave keeps the place.</summary>
internal sealed class LeavePlaceRule : DecisionRule<LeaveFacts, LeavePlace>
{
    /// <inheritdoc/>
    public override string Kind => "leave.place";

    /// <inheritdoc/>
    public override Decided<LeavePlace> Decide(RulePackSet<CareRules> set, RuleScope scope, DateOnly day, LeaveFacts facts)
    {
        var rules = set.Section(r => r.Leave, scope, day);
        var kept = facts.ExpectedReturn is { } back && back.DayNumber - facts.From.DayNumber <= rules.Rule.KeepPlaceDays;
        return new Decided<LeavePlace>(new LeavePlace(kept), rules.Pack);
    }
}

/// <summary>What a leave is decided of.</summary>
/// <param name="From">Its first day.</param>
/// <param name="ExpectedReturn">When the person is expected back; null when not said.</param>
internal sealed record LeaveFacts(DateOnly From, DateOnly? ExpectedReturn);

/// <summary>What becomes of the place.</summary>
/// <param name="Kept">Whether it is kept.</param>
internal sealed record LeavePlace(bool Kept);
