using Platform.Enrollment.Assessments.Asam;
using Platform.Enrollment.Assessments.Safety;
using Platform.Enrollment.Assessments.Screening;
using Platform.Enrollment.Consents;
using Platform.Enrollment.Episodes;
using Platform.Enrollment.Placement;
using Platform.Enrollment.Referrals.Duplicates;
using Platform.Enrollment.RulePacks;

namespace Platform.Enrollment.Referrals.Merging;

/// <summary>
/// What is recorded under a person's id, and so moves when two records are made one. A table that is in neither list is a table
/// that a merge forgets.
/// </summary>
internal static class PersonTables
{
    /// <summary>Rows that take the other id and stay as they are, in the order of locks.</summary>
    public static IReadOnlyList<Type> Moved { get; } =
    [
        typeof(Referral),
        typeof(Episode),
        typeof(Offer),
        typeof(Consent),
        typeof(Disclosure),
        typeof(RuleDecision),
        typeof(AsamAssessment),
        typeof(ScreeningRecord),
        typeof(SafetyAlert),
    ];

    /// <summary>Rows of which two may become one: <see cref="PersonMerge"/> says how.</summary>
    public static IReadOnlyList<Type> Combined { get; } = [typeof(PersonMemberId), typeof(DuplicatePair)];
}
