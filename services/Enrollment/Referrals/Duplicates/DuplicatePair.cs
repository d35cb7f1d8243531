using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Referrals.Duplicates;

/// <summary>Where a pair stands.</summary>
internal enum DuplicateStatus
{
    /// <summary>Not decided.</summary>
    Open = 1,

    /// <summary>Two persons.</summary>
    Dismissed = 2,
}

/// <summary>Two records that may be of one person; somebody decides. A merge takes the pair away.</summary>
internal sealed class DuplicatePair : ITenantOwned
{
    public Guid NetworkId { get; init; }

    /// <summary>The record that was made or changed when the other was found.</summary>
    public Guid PersonId { get; init; }

    public Guid KnownPersonId { get; init; }

    public MatchReason[] Reasons { get; set; } = [];

    public DateTimeOffset FoundAt { get; init; }

    public DuplicateStatus Status { get; private set; } = DuplicateStatus.Open;

    /// <summary>Subject of the token with which it was dismissed; empty while open.</summary>
    public string DecidedBy { get; private set; } = string.Empty;

    /// <summary>How it is known that they are two; empty while open.</summary>
    public string DecisionReason { get; private set; } = string.Empty;

    /// <summary>The other one of the two.</summary>
    public Guid Other(Guid personId) => PersonId == personId ? KnownPersonId : PersonId;

    /// <summary>Decides that they are two.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: that was decided before.</exception>
    public void Dismiss(string by, string reason)
    {
        if (Status == DuplicateStatus.Dismissed)
        {
            throw DomainError.Precondition("DUPLICATE_DISMISSED", "The two were found to be different persons before.").ToException();
        }

        Status = DuplicateStatus.Dismissed;
        DecidedBy = by;
        DecisionReason = reason;
    }

    /// <summary>The same pair after one of its records was merged into another.</summary>
    public DuplicatePair With(Guid merged, Guid kept) => new()
    {
        NetworkId = NetworkId,
        PersonId = PersonId == merged ? kept : PersonId,
        KnownPersonId = KnownPersonId == merged ? kept : KnownPersonId,
        Reasons = Reasons,
        FoundAt = FoundAt,
        Status = Status,
        DecidedBy = DecidedBy,
        DecisionReason = DecisionReason,
    };
}
