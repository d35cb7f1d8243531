using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Episodes;
using Platform.Enrollment.RulePacks;
using Platform.Shared.Auditing;
using Platform.Shared.Persistence;
using Platform.Shared.RulePacks;
using Platform.Shared.Workers;

namespace Platform.Enrollment.Plans;

/// <summary>
/// Looks whether other packs hold in a network than when its due days were last gone through: one was activated or retired, its first
/// or last day came, or a release brought one. Then all open episodes are gone through, a hundred at a time; a process that dies
/// leaves the rest to whoever looks next. A round later they are gone through once more, for those who had read the packs before and
/// were still writing.
/// </summary>
internal sealed class PlanPassWorker(
    Database<EnrollmentDbContext> database, EnrollmentRules rules, PlanSchedule schedule, TimeProvider time,
    ILogger<PlanPassWorker> logger) : NetworkWorker<EnrollmentDbContext>(database, time, logger)
{
    private const int Batch = 100;

    // Before the packs of a pass that is followed by another one.
    private const char FirstPass = '~';

    /// <summary>Who goes through them, where a plan comes into force.</summary>
    public static AuditActor Actor { get; } = new("enrollment.plans", "service", string.Empty);

    /// <inheritdoc/>
    protected override TimeSpan Interval { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Goes through the next episodes of a network.</summary>
    /// <returns>Whether that was the end.</returns>
    public async Task<bool> GoOnAsync(EnrollmentDbContext db, CancellationToken cancellationToken)
    {
        await db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO plan_pass (network_id, packs, after_episode_id, is_done)
             VALUES ({db.NetworkId}, '', {Guid.Empty}, false) ON CONFLICT DO NOTHING
             """,
            cancellationToken);
        var pass = (await db.LockedAsync<PlanPass>(db.NetworkId, cancellationToken))!;
        var packs = Holding(await rules.ForAsync(db, cancellationToken), db.Now);
        var first = $"{FirstPass}{packs}";
        if (pass.Packs != packs && (pass.Packs != first || pass.IsDone))
        {
            pass.Begin(pass.Packs == first ? packs : first);
        }

        if (!pass.IsDone)
        {
            var episodes = await NextAsync(db, pass.AfterEpisodeId, cancellationToken);
            await schedule.FollowKnownAsync(db, episodes, cancellationToken);
            pass.GoOn(episodes.Count < Batch ? null : episodes[^1].Id);
        }

        return pass.IsDone;
    }

    /// <summary>A network whose packs this process has yet to read is looked at by itself, once.</summary>
    /// <inheritdoc/>
    protected override async Task<List<Guid>> DueAsync(EnrollmentDbContext db, CancellationToken cancellationToken)
    {
        var networks = await (
            from network in db.Networks.IgnoreQueryFilters()
            join head in db.RulePackHeads on network.NetworkId equals head.NetworkId into heads
            from head in heads.DefaultIfEmpty()
            join pass in db.PlanPasses on network.NetworkId equals pass.NetworkId into passes
            from pass in passes.DefaultIfEmpty()
            select new { network.NetworkId, Version = (long?)head!.Version ?? 0, Done = pass != null && pass.IsDone ? pass.Packs : null })
            .ToListAsync(cancellationToken);
        return [.. networks
            .Where(n => n.Done is null || rules.Known(n.NetworkId, n.Version) is not { } set || n.Done != Holding(set, db.Now))
            .Select(n => n.NetworkId)];
    }

    /// <inheritdoc/>
    protected override async Task<bool> ServeAsync(Guid networkId, CancellationToken cancellationToken)
    {
        // A look before the transaction: SQLite has one writer.
        while (!await Database.ReadAsync(networkId, IsDoneAsync, cancellationToken)
            && !await Database.WriteAsync(networkId, Actor, GoOnAsync, cancellationToken))
        {
            // There are more.
        }

        return true;
    }

    private async Task<bool> IsDoneAsync(EnrollmentDbContext db, CancellationToken cancellationToken)
    {
        var pass = await db.PlanPasses.SingleOrDefaultAsync(cancellationToken);
        return pass is { IsDone: true } && pass.Packs == Holding(await rules.ForAsync(db, cancellationToken), db.Now);
    }

    /// <summary>
    /// The packs that hold on the day that it still is somewhere in the country, and on the day that it already is: a pack whose
    /// day comes is followed when the day begins in the first time zone, and again when it begins in the last. Also those that cannot
    /// be used: when one is retired, the episodes that it left undecided are gone through.
    /// </summary>
    private static string Holding(RulePackSet<CareRules> set, DateTimeOffset now)
    {
        return $"{On(UsDays.Earliest(now))} / {On(UsDays.Latest(now))}";

        string On(DateOnly day) => string.Join(
            ' ', set.Packs.Where(pack => pack.HoldsOn(day)).Select(pack => pack.Id).Concat(set.Unusable.Select(pack => $"!{pack.Id}")));
    }

    private static Task<List<Episode>> NextAsync(EnrollmentDbContext db, Guid after, CancellationToken cancellationToken) => db.IsPostgres
        ? db.Episodes
            .FromSql(
                $"""
                 SELECT * FROM episode
                 WHERE network_id = {db.NetworkId} AND id > {after} AND status = {nameof(EpisodeStatus.Admitted)}
                 ORDER BY id LIMIT {Batch} FOR UPDATE
                 """)
            .OrderBy(e => e.Id)
            .ToListAsync(cancellationToken)
        : db.Episodes
            .Where(e => e.Id.CompareTo(after) > 0 && e.DischargedOn == null)
            .OrderBy(e => e.Id)
            .Take(Batch)
            .ToListAsync(cancellationToken);
}
