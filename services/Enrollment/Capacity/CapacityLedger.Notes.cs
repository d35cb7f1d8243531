using Microsoft.EntityFrameworkCore;

namespace Platform.Enrollment.Capacity;

/// <content>Many rows of places at once, always in the order of their programs' ids; and the notes in them for the waitlist.</content>
internal sealed partial class CapacityLedger
{
    /// <summary>Locks the places of programs, which may then be changed in any order.</summary>
    public static async Task LockAsync(EnrollmentDbContext db, IReadOnlyCollection<Guid> programIds, CancellationToken cancellationToken)
    {
        if (db.IsPostgres && programIds.Count > 0)
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                 SELECT FROM program_capacity
                 WHERE network_id = {db.NetworkId} AND program_id = ANY ({programIds.ToArray()}) ORDER BY program_id FOR UPDATE
                 """,
                cancellationToken);
        }
    }

    /// <summary>
    /// Notes that the waitlist is to be asked for programs that may suit others than before. One without an open place is asked for
    /// when one comes open, and not before.
    /// </summary>
    public async Task AskAgainAsync(EnrollmentDbContext db, IReadOnlyCollection<Guid> programIds, CancellationToken cancellationToken)
    {
        await LockAsync(db, programIds, cancellationToken);
        await db.Capacities
            .Where(c => programIds.Contains(c.ProgramId) && c.Occupied + c.Held < c.Licensed)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.WaitlistDue, true), cancellationToken);
        var network = db.NetworkId;
        db.AfterCommit(_ =>
        {
            waitlist.Set(network);
            return Task.CompletedTask;
        });
    }

    /// <summary>Takes the notes off all programs of the network.</summary>
    public static async Task StrikeNotesAsync(EnrollmentDbContext db, CancellationToken cancellationToken)
    {
        var noted = await db.Capacities.Where(c => c.WaitlistDue).Select(c => c.ProgramId).ToListAsync(cancellationToken);
        await LockAsync(db, noted, cancellationToken);
        await db.Capacities
            .Where(c => noted.Contains(c.ProgramId))
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.WaitlistDue, false), cancellationToken);
    }
}
