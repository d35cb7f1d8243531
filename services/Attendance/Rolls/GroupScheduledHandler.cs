using Platform.Contracts.Events.Scheduling;
using Platform.Shared.Messaging;

namespace Platform.Attendance.Rolls;

/// <summary>Opens a roll for every session of a new group.</summary>
internal sealed class GroupScheduledHandler : IEventHandler<AttendanceDbContext, GroupScheduled>
{
    public Task HandleAsync(AttendanceDbContext db, GroupScheduled scheduled, CancellationToken cancellationToken) =>
        db.LearnAsync(scheduled.Sessions, cancellationToken);
}
