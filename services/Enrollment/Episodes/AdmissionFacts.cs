using Platform.Enrollment.Assessments;
using Platform.Enrollment.Placement;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.RulePacks;

namespace Platform.Enrollment.Episodes;

/// <summary>What an admission depends on, with its person, referral and offer locked: read in few round trips, because it is asked for everybody.</summary>
/// <param name="Offer">The offer that is used, locked.</param>
/// <param name="Referral">Its referral, locked.</param>
/// <param name="Scope">By what rules vary at the program.</param>
/// <param name="TimeZone">Zone of the site.</param>
/// <param name="HeldElsewhere">Whether a place is held for another referral of the person.</param>
/// <param name="Waits">Whether the referral is in line, or was until its offer.</param>
/// <param name="WasInCare">Whether the person has an episode already.</param>
/// <param name="HasAlert">Whether nobody acted yet on a safety alert of the person.</param>
/// <param name="AssessedOn">Day of the newest ASAM assessment until the admission; null when there is none.</param>
/// <param name="Chosen">The level that it chose.</param>
/// <param name="RuleChanges">How often the network's rules were changed.</param>
internal sealed record AdmissionFacts(
    Offer Offer,
    Referral Referral,
    RuleScope Scope,
    string TimeZone,
    bool HeldElsewhere,
    bool Waits,
    bool WasInCare,
    bool HasAlert,
    DateOnly? AssessedOn,
    LevelOfCare? Chosen,
    long RuleChanges)
{
    /// <summary>What the rules ask of the assessment.</summary>
    public AssessedFacts AssessedFor(DateOnly day) =>
        AssessedFacts.On(day, AssessedOn, Chosen, Scope.Level!.Value);
}
