using Microsoft.EntityFrameworkCore;
using Platform.Contracts.Events.Enrollment;
using Platform.Shared.Auditing;
using Platform.Shared.Messaging;
using Platform.Shared.Persistence;

namespace Platform.Attendance.Rolls;

/// <summary>Keeps the lines on rolls and the service days of a merged record under the record that stays, also what comes late.</summary>
internal sealed class PersonsMergedHandler : IEventHandler<AttendanceDbContext, PersonsMerged>
{
    public async Task HandleAsync(AttendanceDbContext db, PersonsMerged persons, CancellationToken cancellationToken)
    {
        var merged = persons.MergedId;
        var kept = await db.FollowMergeAsync(persons.KeptId, merged, cancellationToken);
        var lines = await db.Lines
            .Where(line => line.PersonId == merged)
            .ExecuteUpdateAsync(set => set.SetProperty(line => line.PersonId, kept), cancellationToken);
        var days = await db.ServiceDays
            .Where(day => day.PersonId == merged)
            .ExecuteUpdateAsync(set => set.SetProperty(day => day.PersonId, kept), cancellationToken);
        if (lines + days > 0)
        {
            db.Audit(new AuditNote("person.merge", "person", merged, kept));
        }
    }
}
