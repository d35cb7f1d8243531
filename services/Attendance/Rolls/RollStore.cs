using Microsoft.EntityFrameworkCore;
using Platform.Contracts.Events.Scheduling;

namespace Platform.Attendance.Rolls;

/// <summary>Reads rolls for a change: locked, with their lines. Several are always locked in the order of their ids.</summary>
internal static class RollStore
{
    /// <summary>One roll, locked; null when there is none.</summary>
    public static async Task<Roll?> LockRollAsync(this AttendanceDbContext db, Guid sessionId, CancellationToken cancellationToken)
    {
        var rolls = await db.LockRollsAsync([sessionId], cancellationToken);
        return rolls.SingleOrDefault();
    }

    /// <summary>
    /// The rolls of the given sessions, locked. Those that are not known yet are made: events of a group and of a booking come in
    /// any order, and each carries all the facts.
    /// </summary>
    public static async Task<List<Roll>> LearnAsync(
        this AttendanceDbContext db, IReadOnlyList<SessionFacts> sessions, CancellationToken cancellationToken)
    {
        // An insert that loses to another waits for it and does nothing; the lock below then sees the row of the other.
        if (db.IsPostgres)
        {
            var ids = sessions.Select(s => s.SessionId).Order().ToArray();
            await db.Database.ExecuteSqlAsync(
                $"""
                 INSERT INTO roll (session_id, network_id, site_id, program_id, component, "on", starts_at, ends_at, facilitator_id,
                     facilitator_subject, facts_version, version)
                 SELECT id, {db.NetworkId}, {Guid.Empty}, {Guid.Empty}, '', {DateOnly.MinValue}, {DateTimeOffset.UnixEpoch},
                     {DateTimeOffset.UnixEpoch}, {Guid.Empty}, '', 0, 0
                 FROM unnest({ids}) AS id
                 ON CONFLICT DO NOTHING
                 """,
                cancellationToken);
        }

        var rolls = await db.LockRollsAsync([.. sessions.Select(s => s.SessionId)], cancellationToken);
        foreach (var facts in sessions)
        {
            var roll = rolls.Find(r => r.SessionId == facts.SessionId);
            if (roll is null)
            {
                roll = new Roll { SessionId = facts.SessionId, NetworkId = db.NetworkId };
                db.Rolls.Add(roll);
                rolls.Add(roll);
            }

            roll.Learn(facts);
        }

        return rolls;
    }

    private static async Task<List<Roll>> LockRollsAsync(
        this AttendanceDbContext db, Guid[] sessionIds, CancellationToken cancellationToken)
    {
        if (db.IsPostgres)
        {
            await db.Database.ExecuteSqlAsync(
                $"SELECT 1 FROM roll WHERE session_id = ANY({sessionIds}) ORDER BY session_id FOR UPDATE", cancellationToken);
        }

        return await db.Rolls.Include(r => r.Lines)
            .Where(r => sessionIds.Contains(r.SessionId))
            .OrderBy(r => r.SessionId)
            .ToListAsync(cancellationToken);
    }
}
