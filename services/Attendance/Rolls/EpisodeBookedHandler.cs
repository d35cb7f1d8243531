using Platform.Attendance.ServiceDays;
using Platform.Contracts.Events.Scheduling;
using Platform.Shared.Auditing;
using Platform.Shared.Messaging;
using Platform.Shared.Persistence;

namespace Platform.Attendance.Rolls;

/// <summary>Puts a person on the rolls of the sessions booked, and opens the service days.</summary>
internal sealed class EpisodeBookedHandler : IEventHandler<AttendanceDbContext, EpisodeBooked>
{
    public async Task HandleAsync(AttendanceDbContext db, EpisodeBooked booked, CancellationToken cancellationToken)
    {
        var personId = await db.KeptIdAsync(booked.PersonId, cancellationToken);
        var rolls = await db.LearnAsync(booked.Sessions, cancellationToken);
        var changed = rolls
            .Where(roll => roll.Expect(booked.EpisodeId, personId, booked.BookingVersion) is not null)
            .ToList();
        if (changed.Count > 0)
        {
            db.Audit(new AuditNote("attendance.expect", "episode", booked.EpisodeId, personId));
        }

        await db.SaveChangesAsync(cancellationToken);
        var days = changed.Select(r => new DayOfPerson(booked.EpisodeId, personId, r.SiteId, r.ProgramId, r.On)).Distinct();
        await ServiceDayBook.SettleAsync(db, [.. days], cancellationToken);
    }
}
