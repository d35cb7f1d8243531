using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Episodes;

/// <summary>A contact to be made after a discharge.</summary>
internal sealed class FollowUp : ITenantOwned
{
    private static readonly DomainError Closed = DomainError.Precondition("FOLLOW_UP_CLOSED", "The follow-up is closed.");

    public Guid EpisodeId { get; init; }

    /// <summary>Days after the discharge at which it is due; one of the episode's follow-ups.</summary>
    public int Days { get; init; }

    public Guid NetworkId { get; init; }

    /// <summary>The site that discharged.</summary>
    public Guid SiteId { get; private set; }

    /// <summary>Site-local day.</summary>
    public DateOnly DueOn { get; private set; }

    public FollowUpStatus Status { get; private set; } = FollowUpStatus.Open;

    public int Attempts { get; private set; }

    /// <summary>Site-local day; null before the first attempt.</summary>
    public DateOnly? LastAttemptOn { get; private set; }

    /// <summary>What was learned in the last attempt; null when there was nothing to note.</summary>
    public FollowUpNote? Note { get; private set; }

    /// <summary>Who made the last attempt; empty before the first.</summary>
    public string LastAttemptBy { get; private set; } = string.Empty;

    /// <summary>Is to be made, also when it was tried after a discharge that was taken back.</summary>
    public void Open(Guid siteId, DateOnly dueOn) => (SiteId, DueOn, Status) = (siteId, dueOn, FollowUpStatus.Open);

    /// <summary>Notes an attempt; one that reached the person, or was declined, closes it.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: it is closed.</exception>
    public void Attempt(DateOnly on, FollowUpResult result, FollowUpNote? note, string by)
    {
        if (Status != FollowUpStatus.Open)
        {
            throw Closed.ToException();
        }

        Attempts++;
        LastAttemptOn = on;
        LastAttemptBy = by;
        Note = note;
        Status = result switch
        {
            FollowUpResult.Reached => FollowUpStatus.Reached,
            FollowUpResult.Declined => FollowUpStatus.Declined,
            _ => FollowUpStatus.Open,
        };
    }

    /// <summary>Closes one that is open because the person is in care again.</summary>
    public void Close()
    {
        if (Status == FollowUpStatus.Open)
        {
            Status = FollowUpStatus.InCareAgain;
        }
    }
}

/// <summary>What became of a follow-up contact. Numbered as in the API.</summary>
internal enum FollowUpStatus
{
    /// <summary>To be made.</summary>
    Open = 1,

    /// <summary>The person was reached.</summary>
    Reached = 2,

    /// <summary>The person wants no contact.</summary>
    Declined = 3,

    /// <summary>Not needed any more: the person is in care again.</summary>
    InCareAgain = 4,
}

/// <summary>How an attempt went. Numbered as in the API.</summary>
internal enum FollowUpResult
{
    /// <summary>Reached.</summary>
    Reached = 1,

    /// <summary>Not reached.</summary>
    NotReached = 2,

    /// <summary>Wants no contact.</summary>
    Declined = 3,
}

/// <summary>What was learned in an attempt. Numbered as in the API.</summary>
internal enum FollowUpNote
{
    /// <summary>Keeps to the aftercare plan.</summary>
    KeepsPlan = 1,

    /// <summary>Missed what was agreed.</summary>
    MissedPlan = 2,

    /// <summary>Returned to use, or symptoms are back.</summary>
    Returned = 3,

    /// <summary>In care elsewhere.</summary>
    InOtherCare = 4,

    /// <summary>Asked to come back.</summary>
    WantsReadmission = 5,

    /// <summary>A safety concern.</summary>
    SafetyConcern = 6,

    /// <summary>Nobody answered.</summary>
    NoAnswer = 7,

    /// <summary>The number does not hold.</summary>
    WrongNumber = 8,
}
