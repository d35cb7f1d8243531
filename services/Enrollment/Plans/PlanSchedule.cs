using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Episodes;
using Platform.Enrollment.RulePacks;
using Platform.Enrollment.Sites;
using Platform.Shared.Auditing;
using Platform.Shared.Errors;
using Platform.Shared.RulePacks;
using Platform.Shared.Time;

namespace Platform.Enrollment.Plans;

/// <summary>
/// Keeps the due days of episodes as their rules say, in the transaction that changes what they follow from: and judges the
/// signatures of their plans again, of which the same rules may ask for others now. Whoever calls it holds the episode's row, or has
/// just made it.
/// </summary>
internal sealed class PlanSchedule(EnrollmentRules rules, PlanScheduleRule rule, PlanSignersRule signers)
{
    /// <summary>An episode begins: due is what follows from its first day. There is nothing yet to be found of it.</summary>
    /// <param name="db">The transaction of the admission.</param>
    /// <param name="episode">The episode, which is not saved yet.</param>
    /// <param name="scope">By what rules vary at its program.</param>
    /// <param name="timeZone">Zone of its site.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    public async Task BeginAsync(
        EnrollmentDbContext db, Episode episode, RuleScope scope, string timeZone, CancellationToken cancellationToken)
    {
        var set = await rules.ForAsync(db, cancellationToken);
        await FollowAsync(db, set, episode, new Place(scope, timeZone), plan: null, versions: [], known: [], cancellationToken);
    }

    /// <summary>An episode moved, changed its level, ended or was taken up again, or its plan came on: due is what follows.</summary>
    /// <returns>What is due now.</returns>
    public Task<IReadOnlyList<PlanDue>> FollowAsync(EnrollmentDbContext db, Episode episode, CancellationToken cancellationToken) =>
        FollowAsync(db, [episode], leaveUndecided: false, cancellationToken);

    /// <summary>
    /// The same for several episodes, as far as it can be decided: what a rule pack may say that cannot be used stays as it was.
    /// </summary>
    public Task FollowKnownAsync(EnrollmentDbContext db, IReadOnlyList<Episode> episodes, CancellationToken cancellationToken) =>
        FollowAsync(db, episodes, leaveUndecided: true, cancellationToken);

    private async Task<IReadOnlyList<PlanDue>> FollowAsync(
        EnrollmentDbContext db, IReadOnlyList<Episode> episodes, bool leaveUndecided, CancellationToken cancellationToken)
    {
        var set = await rules.ForAsync(db, cancellationToken);
        var ids = episodes.Select(e => e.Id).ToList();
        var known = await db.PlanDues.Where(d => ids.Contains(d.EpisodeId)).ToListAsync(cancellationToken);
        var plans = await db.EpisodePlans.Where(p => ids.Contains(p.EpisodeId)).ToListAsync(cancellationToken);
        var places = await PlacesAsync(db, episodes, cancellationToken);
        var signed = await SignedAsync(db, plans, cancellationToken);
        var due = new List<PlanDue>();
        foreach (var episode in episodes)
        {
            var rows = known.FindAll(d => d.EpisodeId == episode.Id);
            if (episode.DischargedOn is not null)
            {
                db.PlanDues.RemoveRange(rows);
                continue;
            }

            var plan = plans.Find(p => p.EpisodeId == episode.Id);
            try
            {
                due.AddRange(await FollowAsync(db, set, episode, places[episode.ProgramId], plan, signed[episode.Id], rows, cancellationToken));
            }
            catch (DomainException e) when (leaveUndecided && e.Error.Code == RulePackErrors.UnusableCode)
            {
                // It is gone through again when the packs of the network change.
            }
        }

        return due;
    }

    /// <summary>Who pays for an episode.</summary>
    public static IReadOnlyList<PayerKind> KindsOf(EpisodePlan? plan) => [.. (plan?.PayerKinds ?? []).Select(Enum.Parse<PayerKind>)];

    /// <summary>What the rules of an episode vary by, but for who pays.</summary>
    public static async Task<RuleScope> ScopeAsync(EnrollmentDbContext db, Episode episode, CancellationToken cancellationToken) =>
        (await PlacesAsync(db, [episode], cancellationToken))[episode.ProgramId].Scope with { Level = episode.Level };

    private async Task<IReadOnlyList<PlanDue>> FollowAsync(
        EnrollmentDbContext db, RulePackSet<CareRules> set, Episode episode, Place place, EpisodePlan? plan,
        IEnumerable<SignedVersion> versions, List<PlanDue> known, CancellationToken cancellationToken)
    {
        var scope = place.Scope with { Level = episode.Level };
        var about = new DecisionAbout(
            episode.Id, episode.SiteId, episode.ProgramId, scope, LocalDays.DayAt(db.Now, place.TimeZone), episode.PersonId);
        var unsignedSince = plan is null ? null : await JudgeAsync(db, set, about, plan, versions, cancellationToken);
        var facts = new ScheduleFacts(
            episode.AdmittedOn, plan?.FirstSignedOn, plan?.LastReviewedOn, plan?.LastCertifiedOn, KindsOf(plan), unsignedSince);
        var decided = rule.Decide(set, about.Scope, about.Day, facts);
        var due = new List<PlanDue>();
        if (Set(db, episode, place.TimeZone, known, decided.Outcome, due))
        {
            db.Record(rule, about, facts, decided);
        }

        return due;
    }

    /// <summary>The versions in force and those that somebody signed already, by episode, with their signatures.</summary>
    private static async Task<ILookup<Guid, SignedVersion>> SignedAsync(
        EnrollmentDbContext db, IEnumerable<EpisodePlan> plans, CancellationToken cancellationToken)
    {
        var ids = plans.Where(p => p.LastNumber > 0).Select(p => p.EpisodeId).ToList();
        var versions = ids.Count == 0 ? [] : await db.PlanVersions
            .Where(v => ids.Contains(v.EpisodeId) && (v.Status == PlanStatus.Signed || (v.Status == PlanStatus.Draft && v.HasSignature)))
            .OrderBy(v => v.Number)
            .ToListAsync(cancellationToken);
        var versionIds = versions.ConvertAll(v => v.Id);
        var signatures = versions.Count == 0 ? [] : await db.PlanSignatures
            .Where(s => versionIds.Contains(s.PlanVersionId))
            .ToListAsync(cancellationToken);
        return versions.ToLookup(v => v.EpisodeId, v => new SignedVersion(v, signatures.FindAll(s => s.PlanVersionId == v.Id)));
    }

    /// <summary>Puts a version in force of whose signatures none is missing any more.</summary>
    /// <returns>Since when a version has been in force that lacks a signature; null when none does.</returns>
    private async Task<DateOnly?> JudgeAsync(
        EnrollmentDbContext db, RulePackSet<CareRules> set, DecisionAbout about, EpisodePlan plan, IEnumerable<SignedVersion> versions,
        CancellationToken cancellationToken)
    {
        DateOnly? unsignedSince = null;
        foreach (var (version, signatures) in versions)
        {
            var facts = new SignerFacts([.. signatures.Select(s => s.Role).Order()], KindsOf(plan));
            var decided = signers.Decide(set, about.Scope, about.Day, facts);
            if (version.Status == PlanStatus.Signed)
            {
                unsignedSince = decided.Outcome.Count > 0 ? version.SignedOn : null;
            }
            else if (decided.Outcome.Count == 0)
            {
                db.Record(signers, about, facts, decided);
                await db.PutInForceAsync(plan, version, signatures, cancellationToken);
                db.Audit(new AuditNote("plan.in-force", "plan", version.Id, about.PersonId));
                unsignedSince = null;
            }
        }

        return unsignedSince;
    }

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

    private sealed record SignedVersion(PlanVersion Version, List<PlanSignature> Signatures);

    private sealed record Place(RuleScope Scope, string TimeZone);
}
