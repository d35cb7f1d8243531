using Microsoft.EntityFrameworkCore;

namespace Platform.Enrollment.Episodes;

/// <summary>Begins the aftercare of an episode when it ends, and ends it when the person is in care again.</summary>
internal sealed class FollowUps(EpisodeRules rules)
{
    /// <summary>Keeps what was agreed, and lists the contacts that the aftercare rules ask for.</summary>
    public async Task BeginAsync(EnrollmentDbContext db, Episode episode, AftercareItems items, CancellationToken cancellationToken)
    {
        db.Aftercare.Add(new Aftercare { EpisodeId = episode.Id, NetworkId = db.NetworkId, Items = items });
        var earlier = await db.FollowUps.Where(f => f.EpisodeId == episode.Id).ToListAsync(cancellationToken);
        foreach (var days in await rules.FollowUpDaysAsync(db, episode, cancellationToken))
        {
            var followUp = earlier.Find(f => f.Days == days);
            if (followUp is null)
            {
                followUp = new FollowUp { EpisodeId = episode.Id, Days = days, NetworkId = db.NetworkId };
                db.FollowUps.Add(followUp);
            }

            followUp.Open(episode.SiteId, episode.DischargedOn!.Value.AddDays(days));
        }
    }

    /// <summary>
    /// Closes the contacts that are still to be made: the person was admitted again. As they are at that moment, since whoever made one
    /// records it without waiting for the admission.
    /// </summary>
    public static Task CloseAsync(EnrollmentDbContext db, Guid episodeId, CancellationToken cancellationToken) => db.FollowUps
        .Where(f => f.EpisodeId == episodeId && f.Status == FollowUpStatus.Open)
        .ExecuteUpdateAsync(set => set.SetProperty(f => f.Status, FollowUpStatus.InCareAgain), cancellationToken);

    /// <summary>
    /// Takes back the aftercare of a discharge that is taken back. A contact that was tried stays on record, with what was learned.
    /// </summary>
    public static async Task WithdrawAsync(EnrollmentDbContext db, Guid episodeId, CancellationToken cancellationToken)
    {
        var followUps = await db.FollowUps.Where(f => f.EpisodeId == episodeId).ToListAsync(cancellationToken);
        db.FollowUps.RemoveRange(followUps.Where(f => f.Attempts == 0));
        followUps.ForEach(f => f.Close());
        db.Aftercare.RemoveRange(await db.Aftercare.Where(a => a.EpisodeId == episodeId).ToListAsync(cancellationToken));
    }
}
