using Platform.Shared.Persistence;

namespace Platform.Enrollment.Plans;

/// <summary>What a review came to. Numbered as in the API.</summary>
internal enum ReviewOutcome
{
    /// <summary>The plan goes on as it is.</summary>
    Continue = 1,

    /// <summary>The plan is to be amended.</summary>
    Amend = 2,

    /// <summary>More care is needed.</summary>
    StepUp = 3,

    /// <summary>Less care is enough.</summary>
    StepDown = 4,

    /// <summary>Care is to end.</summary>
    Discharge = 5,
}

/// <summary>How a goal comes on. Numbered as in the API.</summary>
internal enum GoalProgress
{
    /// <summary>Worse than at the review before.</summary>
    Worse = 1,

    /// <summary>No change.</summary>
    None = 2,

    /// <summary>Some progress.</summary>
    Some = 3,

    /// <summary>Reached.</summary>
    Met = 4,
}

/// <summary>A review of the plan in force. It is never changed.</summary>
internal sealed class PlanReview : ITenantOwned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid EpisodeId { get; init; }

    /// <summary>The version that was reviewed.</summary>
    public int PlanNumber { get; init; }

    /// <summary>Site-local day.</summary>
    public DateOnly ReviewedOn { get; init; }

    /// <summary>Who reviewed it, by name.</summary>
    public string ReviewedBy { get; init; } = string.Empty;

    public ReviewOutcome Outcome { get; init; }

    /// <summary>JSON of the <see cref="GoalReview"/>s, one for each goal.</summary>
    public string Goals { get; init; } = string.Empty;

    public string Note { get; init; } = string.Empty;

    /// <summary>The caller who recorded it.</summary>
    public string RecordedBy { get; init; } = string.Empty;

    public DateTimeOffset RecordedAt { get; init; }
}

/// <summary>How one goal comes on.</summary>
/// <param name="Key">The goal.</param>
/// <param name="Progress">How it comes on.</param>
/// <param name="Note">In words; may be empty.</param>
internal sealed record GoalReview(string Key, GoalProgress Progress, string Note);

/// <summary>
/// A physician's certification that the person needs intensive outpatient services for at least so many hours a week (42 CFR
/// 424.24(d)(1) and (3)). It is never changed.
/// </summary>
internal sealed class Certification : ITenantOwned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid EpisodeId { get; init; }

    /// <summary>Whether another one came before it.</summary>
    public bool IsRecertification { get; init; }

    /// <summary>Site-local day.</summary>
    public DateOnly CertifiedOn { get; init; }

    public string PhysicianName { get; init; } = string.Empty;

    public string PhysicianNpi { get; init; } = string.Empty;

    /// <summary>Hours of service a week that are needed, at the least.</summary>
    public int HoursPerWeek { get; init; }

    /// <summary>What the physician states: the need, and at a recertification the response and why care goes on.</summary>
    public string Statement { get; init; } = string.Empty;

    /// <summary>Version of the plan in force; 0 when there was none yet.</summary>
    public int PlanNumber { get; init; }

    /// <summary>The pack that asked for it.</summary>
    public string Pack { get; init; } = string.Empty;

    /// <summary>The caller who recorded it.</summary>
    public string RecordedBy { get; init; } = string.Empty;

    public DateTimeOffset RecordedAt { get; init; }
}
