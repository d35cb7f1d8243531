using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Capacity;

/// <summary>What became of a scheduled number of places. Numbered as in the API, which also has PENDING: applied, and not reached yet.</summary>
internal enum ScheduleStatus
{
    /// <summary>Its day has not come.</summary>
    Scheduled = 1,

    /// <summary>Its day came.</summary>
    Applied = 2,

    /// <summary>It was taken back before its day.</summary>
    Cancelled = 3,
}

/// <summary>How many places a program will be licensed for from a day on, entered before that day.</summary>
internal sealed class ScheduledCapacity : ITenantOwned, IVersioned
{
    /// <summary>The program has a number from that day on.</summary>
    public static readonly DomainError DayTaken = DomainError.Exists(
        "CAPACITY_SCHEDULED", "The program has a number of places from that day on. Cancel that one first.");

    private static readonly DomainError NotScheduled = DomainError.Precondition(
        "CAPACITY_NOT_SCHEDULED", "Its day has come, or it was cancelled. Change the licensed capacity instead.");

    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid SiteId { get; init; }

    public Guid ProgramId { get; init; }

    /// <summary>Site-local day from which it holds.</summary>
    public DateOnly EffectiveOn { get; init; }

    /// <summary>Places.</summary>
    public int Licensed { get; init; }

    /// <summary>Why, such as the number of the amended licence; may be empty.</summary>
    public string Note { get; init; } = string.Empty;

    public ScheduleStatus Status { get; private set; } = ScheduleStatus.Scheduled;

    public long Version { get; private set; } = 1;

    /// <summary>Its day came.</summary>
    public void Apply() => End(ScheduleStatus.Applied);

    /// <summary>Takes it back.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: its day has come, or it was taken back before.</exception>
    public void Cancel()
    {
        if (Status != ScheduleStatus.Scheduled)
        {
            throw NotScheduled.ToException();
        }

        End(ScheduleStatus.Cancelled);
    }

    private void End(ScheduleStatus status)
    {
        Status = status;
        Version++;
    }
}
