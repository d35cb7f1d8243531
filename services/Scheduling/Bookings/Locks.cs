using Microsoft.EntityFrameworkCore;
using Platform.Scheduling.Clinicians;
using Platform.Scheduling.Episodes;
using Platform.Scheduling.Groups;
using Platform.Shared.Persistence;

namespace Platform.Scheduling.Bookings;

/// <summary>
/// Locks contested rows before anything is written: always group, then episode, then sessions by id, so that no two transactions
/// wait for each other. SQLite has one writer at a time, and the row is only read.
/// </summary>
internal static class Locks
{
    public static Task<Clinician?> LockClinicianAsync(this SchedulingDbContext db, Guid id, CancellationToken cancellationToken) =>
        (db.IsPostgres ? db.Clinicians.FromSql($"SELECT * FROM clinician WHERE id = {id} FOR UPDATE") : db.Clinicians)
        .Include(c => c.Sites)
        .AsSplitQuery()
        .SingleOrDefaultAsync(c => c.Id == id, cancellationToken);

    public static Task<Group?> LockGroupAsync(this SchedulingDbContext db, Guid id, CancellationToken cancellationToken) =>
        (db.IsPostgres ? db.Groups.FromSql($"SELECT * FROM treatment_group WHERE id = {id} FOR UPDATE") : db.Groups)
        .SingleOrDefaultAsync(g => g.Id == id, cancellationToken);

    /// <summary>
    /// Writes down an episode, unless it is known. Its event, its booking and its discharge may come at once: whoever is second
    /// waits for the first and changes nothing. What was told before the person's record was merged is kept under the record that
    /// stays.
    /// </summary>
    public static async Task LearnEpisodeAsync(this SchedulingDbContext db, Episode episode, CancellationToken cancellationToken)
    {
        var personId = await db.KeptIdAsync(episode.PersonId, cancellationToken);
        await db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO episode (id, network_id, person_id, site_id, program_id, admitted_on, version)
             VALUES ({episode.Id}, {db.NetworkId}, {personId}, {episode.SiteId}, {episode.ProgramId}, {episode.AdmittedOn},
                 {episode.Version})
             ON CONFLICT DO NOTHING
             """,
            cancellationToken);
    }

    public static Task<Episode?> LockEpisodeAsync(this SchedulingDbContext db, Guid id, CancellationToken cancellationToken) =>
        (db.IsPostgres ? db.Episodes.FromSql($"SELECT * FROM episode WHERE id = {id} FOR UPDATE") : db.Episodes)
        .SingleOrDefaultAsync(e => e.Id == id, cancellationToken);
}
