using Platform.Attendance.ServiceDays;
using Platform.Contracts.Events.Scheduling;
using Platform.Shared.Auditing;
using Platform.Shared.Messaging;
using Platform.Shared.Persistence;

namespace Platform.Attendance.Rolls;

/// <summary>Takes a person off the rolls of the sessions released; a day that waited only for those closes.</summary>
internal sealed class EpisodeReleasedHandler : IEventHandler<AttendanceDbContext, EpisodeReleased>
{
    public async Task HandleAsync(AttendanceDbContext db, EpisodeReleased released, CancellationToken cancellationToken)
    {
        await db.HoldMergesAsync(cancellationToken);
        var rolls = await db.LearnAsync(released.Sessions, cancellationToken);
        var days = new HashSet<DayOfPerson>();
        foreach (var roll in rolls)
        {
            if (roll.Release(released.EpisodeId, released.BookingVersion))
            {
                var line = roll.Lines.Single(l => l.EpisodeId == released.EpisodeId);
                days.Add(new DayOfPerson(line.EpisodeId, line.PersonId, roll.SiteId, roll.ProgramId, roll.On));
            }
        }

        if (days.Count > 0)
        {
            db.Audit(new AuditNote("attendance.release", "episode", released.EpisodeId, days.First().PersonId));
        }

        await db.SaveChangesAsync(cancellationToken);
        await ServiceDayBook.SettleAsync(db, [.. days], cancellationToken);
    }
}
