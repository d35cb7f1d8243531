using Platform.Enrollment.Sites;
using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Plans;

/// <summary>
/// What the due days of an episode follow from, in one row: who pays, and when its plan was signed, reviewed and certified. Made
/// when the first of these is known; whoever changes it holds the episode's row.
/// </summary>
internal sealed class EpisodePlan : ITenantOwned, IVersioned
{
    public Guid EpisodeId { get; init; }

    public Guid NetworkId { get; init; }

    /// <summary>Kinds of the payers, by their names in order; empty while nobody said.</summary>
    public string[] PayerKinds { get; private set; } = [];

    /// <summary>Number of the last version; 0 when there is none.</summary>
    public int LastNumber { get; private set; }

    /// <summary>Site-local day on which a version was first in force; null while none was.</summary>
    public DateOnly? FirstSignedOn { get; private set; }

    /// <summary>Site-local day of the last review; null while there was none.</summary>
    public DateOnly? LastReviewedOn { get; private set; }

    /// <summary>Site-local day of the last certification; null while there was none.</summary>
    public DateOnly? LastCertifiedOn { get; private set; }

    public long Version { get; private set; }

    /// <summary>Sets who pays.</summary>
    public void PaidBy(IEnumerable<PayerKind> kinds)
    {
        PayerKinds = [.. kinds.Distinct().Order().Select(kind => kind.ToString())];
        Version++;
    }

    /// <summary>Counts a new version.</summary>
    public int NextNumber()
    {
        Version++;
        return ++LastNumber;
    }

    /// <summary>Notes that a version is in force.</summary>
    public void Signed(DateOnly on)
    {
        FirstSignedOn ??= on;
        Version++;
    }

    /// <summary>Notes a review.</summary>
    public void Reviewed(DateOnly on)
    {
        LastReviewedOn = on;
        Version++;
    }

    /// <summary>Notes a certification.</summary>
    public void Certified(DateOnly on)
    {
        LastCertifiedOn = on;
        Version++;
    }

    /// <summary>Refuses a review that does not say of each goal how it comes on, or of a day that cannot be.</summary>
    /// <param name="content">The plan in force.</param>
    /// <param name="goals">What the review says of its goals.</param>
    /// <param name="on">Site-local day.</param>
    /// <param name="today">The day at the site.</param>
    /// <exception cref="DomainException">INVALID_ARGUMENT.</exception>
    public void RequireReviewable(PlanContent content, IReadOnlyList<GoalReview> goals, DateOnly on, DateOnly today)
    {
        var validation = new Validation();
        var missing = content.Goals.Select(goal => goal.Key).ToHashSet(StringComparer.Ordinal);
        var known = missing.ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < goals.Count; i++)
        {
            validation.Require(known.Contains(goals[i].Key), $"goals[{i}].goal", "is no goal of the plan in force");
            validation.Require(missing.Remove(goals[i].Key) || !known.Contains(goals[i].Key), $"goals[{i}].goal", "stands twice");
        }

        validation.Require(missing.Count == 0, "goals", "must say of each goal of the plan in force how it comes on");
        validation.Require(on <= today, "reviewed_on", $"must not be after today at the site, {today:yyyy-MM-dd}");
        validation.Require(on >= FirstSignedOn, "reviewed_on", "must not be before the plan was signed");
        validation.Require(LastReviewedOn is not { } last || on >= last, "reviewed_on", "must not be before the last review");
        validation.ThrowIfInvalid();
    }

    /// <summary>Refuses a certification of a day that cannot be.</summary>
    /// <param name="admittedOn">Day of admission.</param>
    /// <param name="on">Site-local day.</param>
    /// <param name="today">The day at the site.</param>
    /// <exception cref="DomainException">INVALID_ARGUMENT.</exception>
    public void RequireCertifiable(DateOnly admittedOn, DateOnly on, DateOnly today)
    {
        var validation = new Validation();
        validation.Require(on <= today, "certified_on", $"must not be after today at the site, {today:yyyy-MM-dd}");
        validation.Require(on >= admittedOn, "certified_on", "must not be before the admission");
        validation.Require(LastCertifiedOn is not { } last || on >= last, "certified_on", "must not be before the last certification");
        validation.ThrowIfInvalid();
    }
}
