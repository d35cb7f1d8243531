using Microsoft.EntityFrameworkCore;
using Platform.Contracts.Events.Enrollment;
using Platform.Shared.Auditing;
using Platform.Shared.Messaging;
using Platform.Shared.Persistence;

namespace Platform.Scheduling.Episodes;

/// <summary>
/// Keeps the episodes and seats of a merged record under the record that stays, so that nobody is booked twice at once under two
/// ids. Seats at the same time, which two records could have, stay apart: they are of the past, since only one of the two may be in
/// care when they are merged. What names the merged record and comes later is kept under the record that stays as well.
/// </summary>
internal sealed class PersonsMergedHandler : IEventHandler<SchedulingDbContext, PersonsMerged>
{
    public async Task HandleAsync(SchedulingDbContext db, PersonsMerged persons, CancellationToken cancellationToken)
    {
        var merged = persons.MergedId;
        var kept = await db.FollowMergeAsync(persons.KeptId, merged, cancellationToken);
        var episodes = await db.Episodes
            .Where(e => e.PersonId == merged)
            .ExecuteUpdateAsync(set => set.SetProperty(e => e.PersonId, kept), cancellationToken);
        var seats = await db.Bookings
            .Where(b => b.PersonId == merged
                && !db.Bookings.Any(k => k.PersonId == kept && k.StartsAt < b.EndsAt && b.StartsAt < k.EndsAt))
            .ExecuteUpdateAsync(set => set.SetProperty(b => b.PersonId, kept), cancellationToken);
        if (episodes + seats > 0)
        {
            db.Audit(new AuditNote("person.merge", "person", merged, kept));
        }
    }
}
