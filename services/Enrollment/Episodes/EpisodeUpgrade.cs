using Microsoft.EntityFrameworkCore;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Episodes;

/// <summary>Gives episodes of the first version what an admission and a discharge leave now.</summary>
internal sealed class EpisodeUpgrade(FollowUps followUps)
{
    /// <summary>How far back a discharge may lie whose contacts are still to be made, in days: the longest of the measures'.</summary>
    private const int LatestContact = 30;

    /// <summary>Links readmissions to the episode before.</summary>
    /// <returns>How many were not linked.</returns>
    public static async Task<int> LinkAsync(Database<EnrollmentDbContext> database, Guid networkId, CancellationToken cancellationToken)
    {
        var earlier = await database.ReadAsync(
            networkId,
            (db, ct) => (
                from episode in db.Episodes
                join before in db.Episodes on episode.PersonId equals before.PersonId
                where episode.PreviousEpisodeId == null && before.Id.CompareTo(episode.Id) < 0 && before.DischargedOn <= episode.AdmittedOn
                orderby episode.Id, before.DischargedOn, before.Id
                select new { episode.Id, episode.AdmittedOn, PreviousId = before.Id, before.DischargedOn }).ToListAsync(ct),
            cancellationToken);
        var links = earlier.GroupBy(pair => pair.Id, (_, pairs) => pairs.Last()).ToList();
        if (links.Count == 0)
        {
            return 0;
        }

        return await database.WriteAsync(
            networkId,
            actor: null,
            async (db, ct) =>
            {
                foreach (var link in links)
                {
                    var days = link.AdmittedOn.DayNumber - link.DischargedOn!.Value.DayNumber;
                    await db.Episodes.Where(e => e.Id == link.Id && e.PreviousEpisodeId == null).ExecuteUpdateAsync(
                        set => set.SetProperty(e => e.PreviousEpisodeId, link.PreviousId).SetProperty(e => e.DaysSincePrevious, days), ct);
                }

                return links.Count;
            },
            cancellationToken);
    }

    /// <summary>Lists the contacts after discharges of the last days of persons who are not in care again.</summary>
    /// <returns>How many discharges had no aftercare.</returns>
    public async Task<int> BeginAftercareAsync(Database<EnrollmentDbContext> database, Guid networkId, CancellationToken cancellationToken)
    {
        var ids = await database.ReadAsync(networkId, (db, ct) => Without(db).Select(e => e.Id).ToListAsync(ct), cancellationToken);
        var begun = 0;
        foreach (var id in ids)
        {
            begun += await database.WriteAsync(
                networkId,
                actor: null,
                async (db, ct) =>
                {
                    await db.LockedAsync<Episode>(id, ct);
                    if (await Without(db).SingleOrDefaultAsync(e => e.Id == id, ct) is not { } episode)
                    {
                        return 0;
                    }

                    await followUps.BeginAsync(db, episode, AftercareItems.None, ct);
                    return 1;
                },
                cancellationToken);
        }

        return begun;
    }

    /// <summary>Every discharge of this version leaves a row of aftercare, and one that is taken back takes it along.</summary>
    private static IQueryable<Episode> Without(EnrollmentDbContext db)
    {
        var since = UsDays.Earliest(db.Now).AddDays(-LatestContact);
        return db.Episodes
            .Where(e => e.DischargedOn >= since
                && !db.Aftercare.Any(a => a.EpisodeId == e.Id)
                && !db.Episodes.Any(later => later.PreviousEpisodeId == e.Id))
            .OrderBy(e => e.Id);
    }
}
