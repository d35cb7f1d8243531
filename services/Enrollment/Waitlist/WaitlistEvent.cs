using Platform.Shared.Persistence;

namespace Platform.Enrollment.Waitlist;

/// <summary>
/// Something that happened to an entry. Events are never changed; turn and ordinal number those of a network without ambiguity, so
/// that the line can be followed from the first to the last and every offer of it be justified.
/// </summary>
internal sealed class WaitlistEvent : ITenantOwned
{
    public Guid NetworkId { get; init; }

    /// <summary>The turn at the line in which it happened.</summary>
    public long Turn { get; init; }

    /// <summary>Its number within the turn, from 1.</summary>
    public int Ordinal { get; init; }

    public Guid EntryId { get; init; }

    public WaitlistEventKind Kind { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>The program it was about; null when about none.</summary>
    public Guid? ProgramId { get; init; }

    /// <summary>The offer it was about; null when about none.</summary>
    public Guid? OfferId { get; init; }

    /// <summary>Who did it: a caller's subject, or a part of the service.</summary>
    public string By { get; init; } = string.Empty;

    /// <summary>Why; empty when nothing was to be explained.</summary>
    public string Reason { get; init; } = string.Empty;
}
