using Platform.Enrollment.RulePacks;
using Platform.Shared.RulePacks;

namespace Platform.Enrollment.Placement;

/// <summary>How long offers hold, and what becomes of those who do not take them.</summary>
/// <param name="HoldMinutes">Minutes within which the person answers.</param>
/// <param name="AcceptedHoldMinutes">Minutes from a yes within which the admission follows.</param>
/// <param name="ReturnsAfterDecline">How often who declines returns to the waitlist; one more decline ends the wait.</param>
/// <param name="ReturnsAfterLapse">How often who lets an offer lapse returns to it.</param>
internal sealed record OfferRules(int HoldMinutes, int AcceptedHoldMinutes, int ReturnsAfterDecline, int ReturnsAfterLapse) : IRuleSection
{
    /// <summary>The longest that a place may be held at once, two weeks.</summary>
    public const int MostMinutes = 14 * 24 * 60;

    /// <inheritdoc/>
    public void Check(RuleErrors errors)
    {
        errors.Range(HoldMinutes, "holdMinutes", 1, MostMinutes);
        errors.Range(AcceptedHoldMinutes, "acceptedHoldMinutes", 1, MostMinutes);
        errors.Range(ReturnsAfterDecline, "returnsAfterDecline", 0, 100);
        errors.Range(ReturnsAfterLapse, "returnsAfterLapse", 0, 100);
    }
}

/// <summary>What a hold is for.</summary>
/// <param name="Accepted">Whether the person said yes, and the admission is waited for.</param>
internal sealed record HoldFacts(bool Accepted);

/// <summary>How long a place is held.</summary>
internal sealed record Hold(int Minutes);

/// <summary>How long a place is held for an answer, and after a yes for the admission.</summary>
internal sealed class OfferHold : DecisionRule<HoldFacts, Hold>
{
    public static OfferHold Instance { get; } = new();

    /// <inheritdoc/>
    public override string Kind => "offer.hold";

    /// <inheritdoc/>
    public override Decided<Hold> Decide(RulePackSet<CareRules> set, RuleScope scope, DateOnly day, HoldFacts facts)
    {
        var (rules, pack) = set.Section(r => r.Offers, scope, day);
        return new Decided<Hold>(new Hold(facts.Accepted ? rules.AcceptedHoldMinutes : rules.HoldMinutes), pack);
    }
}
