using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Attendance.Rolls;

/// <summary>A person's line in a roll.</summary>
internal sealed class RollLine : ITenantOwned
{
    public Guid SessionId { get; init; }

    public Guid EpisodeId { get; init; }

    public Guid NetworkId { get; init; }

    /// <summary>Empty while only a release is known.</summary>
    public Guid PersonId { get; private set; }

    public AttendanceStatus Status { get; private set; }

    public DateTimeOffset? CheckedInAt { get; private set; }

    public DateTimeOffset? CheckedOutAt { get; private set; }

    /// <summary>Whole minutes attended within the session's times: never what was scheduled.</summary>
    public int Minutes { get; private set; }

    /// <summary>Version of the booking or release that this line follows.</summary>
    public long BookingVersion { get; private set; }

    /// <summary>Whether the booking was released; the line stays, so that an older booking that comes late changes nothing.</summary>
    public bool Released { get; private set; }

    /// <summary>A mark that the line has stays: attendance is a fact, whatever is booked afterwards.</summary>
    internal void Book(Guid personId, long bookingVersion, AttendanceStatus unmarked)
    {
        PersonId = personId;
        BookingVersion = bookingVersion;
        Released = false;
        if (Status == AttendanceStatus.Expected)
        {
            Status = unmarked;
        }
    }

    internal void Release(long bookingVersion)
    {
        BookingVersion = bookingVersion;
        Released = true;
    }

    internal void CheckIn(DateTimeOffset at)
    {
        if (Status == AttendanceStatus.CheckedIn)
        {
            throw AttendanceErrors.AlreadyCheckedIn.ToException();
        }

        RequireUnmarked();
        Status = AttendanceStatus.CheckedIn;
        CheckedInAt = at;
    }

    internal void CheckOut(DateTimeOffset at, DateTimeOffset startsAt, DateTimeOffset endsAt)
    {
        if (Status == AttendanceStatus.Expected)
        {
            throw AttendanceErrors.NotCheckedIn.ToException();
        }

        if (Status != AttendanceStatus.CheckedIn)
        {
            throw AttendanceErrors.AlreadyMarked.ToException();
        }

        if (at < CheckedInAt)
        {
            throw DomainError.Invalid("at", "must not be before the check-in").ToException();
        }

        CheckedOutAt = at;
        Minutes = AttendedMinutes.Between(CheckedInAt!.Value, at, startsAt, endsAt);
        Status = AttendedMinutes.Status(CheckedInAt.Value, at, startsAt, endsAt);
    }

    internal void MarkAbsent(bool excused)
    {
        RequireUnmarked();
        Status = excused ? AttendanceStatus.Excused : AttendanceStatus.NoShow;
    }

    private void RequireUnmarked()
    {
        if (Status != AttendanceStatus.Expected)
        {
            throw AttendanceErrors.AlreadyMarked.ToException();
        }
    }
}
