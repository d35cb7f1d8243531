using Microsoft.EntityFrameworkCore;

namespace Platform.Enrollment.Episodes;

/// <summary>Links the episodes of a person whose records were found to be those of one person.</summary>
internal static class Readmissions
{
    /// <summary>Keeps others from changing the episodes of two persons until the transaction ends.</summary>
    public static async Task LockAsync(EnrollmentDbContext db, Guid one, Guid other, CancellationToken cancellationToken)
    {
        if (db.IsPostgres)
        {
            await db.Database.ExecuteSqlAsync(
                $"SELECT 1 FROM episode WHERE person_id IN ({one}, {other}) ORDER BY id FOR UPDATE", cancellationToken);
        }
    }

    /// <summary>
    /// Links each episode to the one before it, as an admission does; contacts after a discharge that was followed by an admission
    /// are not to be made any more.
    /// </summary>
    public static async Task LinkAsync(EnrollmentDbContext db, Guid personId, CancellationToken cancellationToken)
    {
        var episodes = await db.Episodes.Where(e => e.PersonId == personId).ToListAsync(cancellationToken);
        foreach (var episode in episodes)
        {
            var previous = episodes
                .Where(e => e.DischargedOn <= episode.AdmittedOn && (e.AdmittedOn, e.Id).CompareTo((episode.AdmittedOn, episode.Id)) < 0)
                .OrderBy(e => e.DischargedOn)
                .ThenBy(e => e.Id)
                .LastOrDefault();
            if (previous is not null && episode.Follow(new PreviousEpisode(previous.Id, previous.DischargedOn!.Value)))
            {
                await FollowUps.CloseAsync(db, previous.Id, cancellationToken);
            }
        }
    }
}
