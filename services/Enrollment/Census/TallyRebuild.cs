using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Episodes;
using Platform.Shared.Hosting;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Census;

/// <summary>
/// Counts the tallies of a network again from its rows, and says where they were wrong: after an upgrade from before tallies were
/// kept, or to make sure.
/// </summary>
internal sealed class TallyRebuild(Database<EnrollmentDbContext> database)
{
    private const string Usage = "tally rebuild [--network ID]";

    /// <summary>The verb that operators run.</summary>
    public static readonly Verb Verb = new("tally", Usage, RunAsync);

    /// <summary>
    /// Whether a network has rows that were written without tallies, by a version before them. Referrals are compared in one
    /// statement, and so in one view: what is recorded meanwhile is in both numbers or in none.
    /// </summary>
    public static async Task<bool> IsBehindAsync(EnrollmentDbContext db, CancellationToken cancellationToken) =>
        await db.Episodes.AnyAsync(e => e.Stays.Count == 0 || (e.DischargedOn != null && e.HoldsPlace), cancellationToken)
        || await db.Tallies.AnyAsync(t => t.Measure == Measure.Admitted && t.ProgramId == Guid.Empty && t.Count != 0, cancellationToken)
        || await db.Networks.AnyAsync(
            n => db.Referrals.LongCount() != db.Tallies
                .Where(t => t.Measure == Measure.Referred && t.Span == Span.Year).Sum(t => t.Count),
            cancellationToken);

    /// <summary>Counts a network again.</summary>
    /// <returns>How many tallies were not as the rows say.</returns>
    public Task<int> RebuildAsync(Guid networkId, CancellationToken cancellationToken) => database.WriteAsync(
        networkId,
        actor: null,
        async (db, ct) =>
        {
            if (db.IsPostgres)
            {
                // Waits for those who have written tallies and keeps others from it: what they changed is then in the rows, or
                // still to be added to what is counted here.
                await db.Database.ExecuteSqlAsync($"LOCK TABLE tally IN SHARE ROW EXCLUSIVE MODE", ct);
            }

            await BeginCoursesAsync(db, ct);
            var counted = await CountAsync(db, ct);
            var kept = await db.Tallies.AsNoTracking().Where(t => t.Count != 0 || t.Days != 0).ToListAsync(ct);
            var wrong = counted.Select(Text).Except(kept.Select(Text), StringComparer.Ordinal)
                .Union(kept.Select(Text).Except(counted.Select(Text), StringComparer.Ordinal), StringComparer.Ordinal)
                .Count();
            if (wrong > 0)
            {
                await db.Tallies.ExecuteDeleteAsync(ct);
                db.Tallies.AddRange(counted);
            }

            return wrong;
        },
        cancellationToken);

    /// <summary>
    /// Writes the first stay of each episode that a version before stays admitted, and ends the last one of an episode that it
    /// discharged. What is counted of them is counted with the others.
    /// </summary>
    private static async Task BeginCoursesAsync(EnrollmentDbContext db, CancellationToken cancellationToken)
    {
        await db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO episode_stay (episode_id, number, network_id, site_id, program_id, level, "from", "to", beginning, on_leave, holds_place, reason)
             SELECT id, 1, network_id, site_id, program_id, level, admitted_on, discharged_on, {nameof(StayBeginning.Admission)}, {false}, {true},
                 backdating_reason
             FROM episode
             WHERE network_id = {db.NetworkId} AND NOT EXISTS (SELECT 1 FROM episode_stay WHERE episode_stay.episode_id = episode.id)
             ON CONFLICT DO NOTHING
             """,
            cancellationToken);
        await db.Database.ExecuteSqlAsync(
            $"""
             UPDATE episode_stay SET "to" = (
                 SELECT CASE WHEN discharged_on < "from" THEN "from" ELSE discharged_on END FROM episode WHERE id = episode_id)
             WHERE network_id = {db.NetworkId} AND "to" IS NULL
                 AND EXISTS (SELECT 1 FROM episode WHERE id = episode_id AND discharged_on IS NOT NULL)
             """,
            cancellationToken);
        await db.Episodes.Where(e => e.DischargedOn != null && e.HoldsPlace)
            .ExecuteUpdateAsync(set => set.SetProperty(e => e.HoldsPlace, false), cancellationToken);
    }

    private static async Task<List<Tally>> CountAsync(EnrollmentDbContext db, CancellationToken cancellationToken)
    {
        var changes = new TallyChanges();
        await foreach (var stay in db.EpisodeStays.AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            changes.Add(TallyParts.Of(stay), sign: 1);
        }

        await foreach (var referral in db.Referrals.AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            changes.Add(TallyParts.Of(referral), sign: 1);
        }

        var admissions = db.Episodes.AsNoTracking()
            .Join(db.Referrals, e => e.ReferralId, r => r.Id, (episode, referral) => new
            {
                Episode = episode,
                Referral = referral,
                AdmittedTo = episode.Stays.OrderBy(stay => stay.Number).Select(stay => stay.ProgramId).First(),
            });
        await foreach (var admission in admissions.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            changes.Add(TallyParts.Of(admission.Episode), sign: 1);
            changes.Add(TallyParts.OfAdmission(admission.Episode, admission.Referral, admission.AdmittedTo), sign: 1);
        }

        return changes.Rows(db.NetworkId);
    }

    private static string Text(Tally t) => string.Create(
        CultureInfo.InvariantCulture,
        $"{t.Measure} {t.Span} {t.StartsOn:O} {t.ProgramId} {t.Kind} {t.Bucket} {t.Count} {t.Days}");

    private static async Task<int> RunAsync(IServiceProvider services, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var database = services.GetRequiredService<Database<EnrollmentDbContext>>();
        IReadOnlyList<Guid> networks = arguments switch
        {
            ["rebuild"] => await database.ReadAsync(
                ServiceDbContext.AllNetworks,
                (db, ct) => db.Networks.IgnoreQueryFilters().Select(n => n.NetworkId).OrderBy(id => id).ToListAsync(ct),
                cancellationToken),
            ["rebuild", "--network", var text] when Guid.TryParse(text, out var id) => [id],
            _ => throw new StartRefusedException($"Usage: {Usage}"),
        };
        var rebuild = services.GetRequiredService<TallyRebuild>();
        foreach (var network in networks)
        {
            var wrong = await rebuild.RebuildAsync(network, cancellationToken);
            Console.WriteLine(wrong == 0 ? $"network {network}: right" : $"network {network}: {wrong} tallies corrected");
        }

        return 0;
    }
}
