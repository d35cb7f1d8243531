using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Episodes;
using Platform.Shared.Errors;
using Platform.Shared.Requests;

namespace Platform.Enrollment.Plans;

/// <summary>Episodes whose plan is written, signed, reviewed or certified.</summary>
internal static class PlanRows
{
    /// <summary>An open episode of a site that the caller sees, locked: everything about its plan happens one after the other.</summary>
    /// <exception cref="DomainException">NOT_FOUND; FAILED_PRECONDITION: it has ended.</exception>
    public static async Task<Episode> OpenEpisodeAsync(this Operation<EnrollmentDbContext> op, Guid id)
    {
        var episode = await op.Db.LockedAsync<Episode>(id, op.CancellationToken) ?? throw DomainError.NotFound("episode").ToException();
        op.Caller.RequireSite(episode.SiteId, "episode");
        return episode.DischargedOn is null ? episode : throw EpisodeErrors.Discharged.ToException();
    }

    /// <summary>The row that the due days of an episode follow from; a new one when it has none.</summary>
    public static async Task<EpisodePlan> EpisodePlanAsync(this Operation<EnrollmentDbContext> op, Guid episodeId)
    {
        var plan = await op.Db.EpisodePlans.SingleOrDefaultAsync(p => p.EpisodeId == episodeId, op.CancellationToken);
        if (plan is null)
        {
            plan = new EpisodePlan { EpisodeId = episodeId, NetworkId = op.Db.NetworkId };
            op.Db.EpisodePlans.Add(plan);
        }

        return plan;
    }

    /// <summary>The version in force; null when none is.</summary>
    public static Task<PlanVersion?> PlanInForceAsync(this EnrollmentDbContext db, Guid episodeId, CancellationToken cancellationToken) =>
        db.PlanVersions.SingleOrDefaultAsync(v => v.EpisodeId == episodeId && v.Status == PlanStatus.Signed, cancellationToken);

    /// <summary>Puts a version in force that has all the signatures it needs, in the place of the one before.</summary>
    public static async Task PutInForceAsync(
        this EnrollmentDbContext db, EpisodePlan plan, PlanVersion version, IEnumerable<PlanSignature> signatures,
        CancellationToken cancellationToken)
    {
        (await db.PlanInForceAsync(version.EpisodeId, cancellationToken))?.Supersede();
        version.Complete(signatures.Max(s => s.SignedOn));
        plan.Signed(version.SignedOn!.Value);
    }

    /// <summary>
    /// Has all open episodes of the network gone through again, because the state or the time zone of a site is another now. Before
    /// any places are locked: whoever goes through the episodes holds this row while waiting for them.
    /// </summary>
    public static Task GoThroughPlansAgainAsync(this EnrollmentDbContext db, CancellationToken cancellationToken) =>
        db.PlanPasses.ExecuteUpdateAsync(set => set.SetProperty(p => p.Packs, string.Empty), cancellationToken);

    /// <summary>Saves what the due days follow from, and brings them up to it.</summary>
    public static async Task<IReadOnlyList<PlanDue>> FollowSavedAsync(
        this PlanSchedule schedule, EnrollmentDbContext db, Episode episode, CancellationToken cancellationToken)
    {
        await db.SaveChangesAsync(cancellationToken);
        return await schedule.FollowAsync(db, episode, cancellationToken);
    }
}
