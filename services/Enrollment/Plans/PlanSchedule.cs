using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Episodes;
using Platform.Enrollment.RulePacks;
using Platform.Enrollment.Sites;
using Platform.Shared.Time;

namespace Platform.Enrollment.Plans;

/// <summary>
/// Keeps the due days of episodes as their rules say, in the transaction that changes what they follow from. Whoever calls it holds
/// the episode's row, or has just made it.
/// </summary>
internal sealed class PlanSchedule(EnrollmentRules rules, PlanScheduleRule rule)
{
    /// <summary>An episode began, moved, changed its level, ended or was taken up again, or its plan came on: due is what follows.</summary>
    /// <returns>What is due now.</returns>
    public Task<IReadOnlyList<PlanDue>> FollowAsync(EnrollmentDbContext db, Episode episode, CancellationToken cancellationToken) =>
        FollowAsync(db, [episode], cancellationToken);

    /// <summary>The same for several episodes.</summary>
    public async Task<IReadOnlyList<PlanDue>> FollowAsync(
        EnrollmentDbContext db, IReadOnlyList<Episode> episodes, CancellationToken cancellationToken)
    {
        var set = await rules.ForAsync(db, cancellationToken);

        // An admission is just making its episode: there is nothing yet to be found of it, and it is to be quick.
        var ids = episodes.Where(e => db.Entry(e).State != EntityState.Added).Select(e => e.Id).ToList();
        var known = ids.Count == 0 ? [] : await db.PlanDues.Where(d => ids.Contains(d.EpisodeId)).ToListAsync(cancellationToken);
        var plans = ids.Count == 0 ? [] : await db.EpisodePlans.Where(p => ids.Contains(p.EpisodeId)).ToListAsync(cancellationToken);
        var places = await PlacesAsync(db, episodes, cancellationToken);
        var due = new List<PlanDue>();
        foreach (var episode in episodes)
        {
            var rows = known.FindAll(d => d.EpisodeId == episode.Id);
            if (episode.DischargedOn is not null)
            {
                db.PlanDues.RemoveRange(rows);
                continue;
            }

            var place = places[episode.ProgramId];
            var scope = place.Scope with { Level = episode.Level };
            var about = new DecisionAbout(
                episode.Id, episode.SiteId, episode.ProgramId, scope, LocalDays.DayAt(db.Now, place.TimeZone), episode.PersonId);
            var plan = plans.Find(p => p.EpisodeId == episode.Id);
            var facts = new ScheduleFacts(
                episode.AdmittedOn, plan?.FirstSignedOn, plan?.LastReviewedOn, plan?.LastCertifiedOn, KindsOf(plan));
            var decided = rule.Decide(set, about.Scope, about.Day, facts);
            if (Set(db, episode, place.TimeZone, rows, decided.Outcome, due))
            {
                db.Record(rule, about, facts, decided);
            }
        }

        return due;
    }

    /// <summary>Who pays for an episode.</summary>
    public static IReadOnlyList<PayerKind> KindsOf(EpisodePlan? plan) => [.. (plan?.PayerKinds ?? []).Select(Enum.Parse<PayerKind>)];

    /// <summary>What the rules of an episode vary by, but for who pays.</summary>
    public static async Task<RuleScope> ScopeAsync(EnrollmentDbContext db, Episode episode, CancellationToken cancellationToken) =>
        (await PlacesAsync(db, [episode], cancellationToken))[episode.ProgramId].Scope with { Level = episode.Level };

    private static async Task<Dictionary<Guid, Place>> PlacesAsync(
        EnrollmentDbContext db, IReadOnlyList<Episode> episodes, CancellationToken cancellationToken)
    {
        var programs = episodes.Select(e => e.ProgramId).Distinct().ToList();
        var rows = await (
            from program in db.Programs
            join site in db.Sites on program.SiteId equals site.Id
            where programs.Contains(program.Id)
            select new { program.Id, site.State, site.TimeZone, program.Track }).ToListAsync(cancellationToken);
        return rows.ToDictionary(row => row.Id, row => new Place(new RuleScope(row.State, row.Track), row.TimeZone));
    }

    /// <summary>Makes the rows say what is wanted; false when they did.</summary>
    private static bool Set(
        EnrollmentDbContext db, Episode episode, string zone, List<PlanDue> known, IReadOnlyList<DueDay> wanted, List<PlanDue> due)
    {
        var changed = false;
        foreach (var day in wanted)
        {
            var row = known.Find(d => d.Kind == day.Kind);
            if (row is null)
            {
                row = new PlanDue { Id = db.NewId(), NetworkId = db.NetworkId, EpisodeId = episode.Id, Kind = day.Kind };
                db.PlanDues.Add(row);
            }

            changed |= row.Set(episode.SiteId, day, LocalDays.InstantAt(day.On.AddDays(1), TimeOnly.MinValue, zone));
            known.Remove(row);
            due.Add(row);
        }

        db.PlanDues.RemoveRange(known);
        return changed || known.Count > 0;
    }

    private sealed record Place(RuleScope Scope, string TimeZone);
}
