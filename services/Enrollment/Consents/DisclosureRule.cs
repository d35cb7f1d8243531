using Platform.Enrollment.RulePacks;
using Platform.Enrollment.Sites;
using Platform.Shared.RulePacks;

namespace Platform.Enrollment.Consents;

/// <summary>What a disclosure was weighed by; nothing of it describes a person.</summary>
/// <param name="Exception">The exception to consent that is called upon; null when none is.</param>
/// <param name="Objection">What keeps the exception, or every consent, from covering it; null when one covers it.</param>
/// <param name="Tracks">What the programs treat whose record it may be; empty when that is not known.</param>
/// <param name="IsTpo">Whether it is for treatment, payment or operations of who acts for that, and of no counseling notes.</param>
internal sealed record DisclosureFacts(
    DisclosureGround? Exception, DisclosureReason? Objection, IReadOnlyCollection<Track> Tracks, bool IsTpo);

/// <summary>What came of it.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Ground">On what ground; null when refused.</param>
/// <param name="IsPart2">Whether the record is one of a Part 2 program.</param>
internal sealed record DisclosureOutcome(DisclosureReason Reason, DisclosureGround? Ground, bool IsPart2);

/// <summary>Decision <c>consent.disclosure</c>, as it is made again under other rules.</summary>
internal sealed class DisclosureRule : DecisionRule<DisclosureFacts, DisclosureOutcome>
{
    /// <summary>The rule; it has no state.</summary>
    public static readonly DisclosureRule Instance = new();

    /// <inheritdoc/>
    public override string Kind => "consent.disclosure";

    /// <inheritdoc/>
    public override Decided<DisclosureOutcome> Decide(RulePackSet<CareRules> set, RuleScope scope, DateOnly day, DisclosureFacts facts)
    {
        var applied = set.Section(rules => rules.Consent, scope, day);
        return new Decided<DisclosureOutcome>(ConsentEngine.Weigh(facts, applied.Rule), applied.Pack);
    }
}
