using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Assessments.Safety;
using Platform.Enrollment.Episodes;
using Platform.Enrollment.Outcomes;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.RulePacks;
using Platform.Enrollment.Sites;
using Platform.Shared.Errors;
using Platform.Shared.Requests;
using Platform.Shared.Time;

namespace Platform.Enrollment.Assessments.Screening;

/// <summary>A form as it was filled in.</summary>
internal sealed record TakenScreening(
    Guid PersonId, Guid SiteId, InstrumentForm Form, DateOnly TakenOn, IReadOnlyDictionary<string, int> Answers);

/// <summary>A screening that is due.</summary>
internal sealed record DueScreening(Guid EpisodeId, Guid PersonId, Instrument Instrument, DateOnly DueOn, DateOnly? LastTakenOn);

/// <summary>Records screenings with what follows from them, and finds those that are due.</summary>
internal static class ScreeningOperations
{
    /// <summary>Records and scores a screening; raises the alert and keeps the outcomes in the same transaction.</summary>
    public static async Task<(ScreeningRecord Screening, SafetyAlert? Alert)> RecordAsync(
        this Operation<EnrollmentDbContext> op, EnrollmentRules rules, TakenScreening taken)
    {
        var (db, cancellationToken) = (op.Db, op.CancellationToken);
        var site = await SiteAsync(op, taken.SiteId);
        if (taken.TakenOn > LocalDays.DayAt(op.Now, site.TimeZone))
        {
            throw DomainError.Invalid("taken_on", "must not be after today at the site").ToException();
        }

        var person = (await op.LockedPersonAsync(taken.PersonId)).Id;
        var episode = await db.Episodes
            .Where(e => e.PersonId == person && e.AdmittedOn <= taken.TakenOn
                && (e.DischargedOn == null || e.DischargedOn >= taken.TakenOn))
            .OrderByDescending(e => e.AdmittedOn)
            .ThenByDescending(e => e.Id)
            .FirstOrDefaultAsync(cancellationToken);
        var screening = new ScreeningRecord
        {
            Id = db.NewId(),
            NetworkId = db.NetworkId,
            PersonId = person,
            SiteId = taken.SiteId,
            EpisodeId = episode?.Id,
            Instrument = taken.Form.Instrument,
            FormVersion = taken.Form.Version,
            TakenOn = taken.TakenOn,
            Answers = taken.Answers,
            Scores = taken.Form.Score(taken.Answers),
            RecordedBy = op.Caller.Subject,
            RecordedAt = op.Now,
        };
        db.Screenings.Add(screening);
        var alert = await RaiseAsync(op, screening);
        await OutcomeLedger.CountAsync(
            db, await rules.ForAsync(db, cancellationToken), person, [screening.Instrument], screening.TakenOn, cancellationToken);
        op.Audit("screening.record", "screening", screening.Id, person);
        return (screening, alert);
    }

    /// <summary>Strikes a screening that was entered in error, with what followed from it.</summary>
    public static async Task<(ScreeningRecord Screening, SafetyAlert? Alert)> StrikeAsync(
        this Operation<EnrollmentDbContext> op, EnrollmentRules rules, Guid id, string reason)
    {
        var (db, cancellationToken) = (op.Db, op.CancellationToken);
        var known = await db.Screenings.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken)
            ?? throw DomainError.NotFound("screening").ToException();
        op.Caller.RequireSite(known.SiteId, "screening");
        var person = (await op.LockedPersonAsync(known.PersonId)).Id;
        var screening = (await db.LockedAsync<ScreeningRecord>(id, cancellationToken))!;
        screening.Strike(op.Caller.Subject, reason, op.Now);
        var alertId = await db.SafetyAlerts
            .Where(a => a.ScreeningId == id).Select(a => (Guid?)a.Id).SingleOrDefaultAsync(cancellationToken);
        var alert = alertId is { } raised ? await db.LockedAsync<SafetyAlert>(raised, cancellationToken) : null;
        alert?.Strike(op.Now);

        // It may count for an episode in whose days it does not lie any more.
        await OutcomeLedger.CountAsync(
            db, await rules.ForAsync(db, cancellationToken), person, [screening.Instrument], on: null, cancellationToken);
        op.Audit("screening.strike", "screening", id, person);
        return (screening, alert);
    }

    /// <summary>What is due for a page of the episodes in care at a site; with the episode after which the next page begins.</summary>
    public static async Task<(IReadOnlyList<DueScreening> Due, Guid? Next)> DueAsync(
        this Operation<EnrollmentDbContext> op, EnrollmentRules rules, Guid siteId, DateOnly? until, Guid after, int size)
    {
        var (db, cancellationToken) = (op.Db, op.CancellationToken);
        var site = await SiteAsync(op, siteId);
        var today = LocalDays.DayAt(op.Now, site.TimeZone);
        var page = await (
            from episode in db.Episodes
            join program in db.Programs on episode.ProgramId equals program.Id
            where episode.SiteId == siteId && episode.DischargedOn == null && episode.Id.CompareTo(after) > 0
            orderby episode.Id
            select new { episode.Id, episode.PersonId, episode.AdmittedOn, program.Track }).Take(size + 1).ToListAsync(cancellationToken);
        var episodes = page.Take(size).ToList();
        var (ids, persons) = (episodes.Select(e => (Guid?)e.Id).ToList(), episodes.Select(e => e.PersonId).ToList());

        // One of an earlier episode does not count for this one: neither here nor for its outcome.
        var taken = (await db.Screenings
            .Where(s => persons.Contains(s.PersonId) && s.StruckAt == null && (s.EpisodeId == null || ids.Contains(s.EpisodeId)))
            .GroupBy(s => new { s.PersonId, s.Instrument })
            .Select(g => new { g.Key.PersonId, g.Key.Instrument, On = g.Max(s => s.TakenOn) })
            .ToListAsync(cancellationToken))
            .ToDictionary(s => (s.PersonId, s.Instrument), s => s.On);
        var set = await rules.ForAsync(db, cancellationToken);
        var due = new List<DueScreening>();
        foreach (var episode in episodes)
        {
            var section = set.Section(r => r.Screening, new RuleScope(site.State, episode.Track), today).Rule;
            foreach (var interval in section.Instruments)
            {
                DateOnly? last = taken.TryGetValue((episode.PersonId, interval.Instrument), out var on)
                    && on >= episode.AdmittedOn.AddDays(-section.BaselineDays) ? on : null;
                var dueOn = ScreeningRules.DueOn(interval, episode.AdmittedOn, last);
                if (dueOn <= (until ?? today))
                {
                    due.Add(new DueScreening(episode.Id, episode.PersonId, interval.Instrument, dueOn, last));
                }
            }
        }

        return (due, page.Count > size ? episodes[^1].Id : null);
    }

    private static async Task<SafetyAlert?> RaiseAsync(Operation<EnrollmentDbContext> op, ScreeningRecord screening)
    {
        if (screening.Alert() is not { } raised)
        {
            return null;
        }

        var alert = new SafetyAlert
        {
            Id = op.Db.NewId(),
            NetworkId = op.Db.NetworkId,
            PersonId = screening.PersonId,
            SiteId = screening.SiteId,
            ScreeningId = screening.Id,
            Kind = raised.Kind,
            Severity = raised.Severity,
            RaisedAt = op.Now,
        };
        op.Db.SafetyAlerts.Add(alert);
        op.Db.Publish(SafetyQueries.RaisedAt(alert, alert.SiteId), alert.Id);

        // Who has the person has to look after it, wherever the form was filled in.
        if (await op.Db.SiteOfAsync(alert.PersonId, op.CancellationToken) is { } site && site != alert.SiteId)
        {
            SafetyQueries.Tell(op.Db, [alert], site);
        }

        return alert;
    }

    private static async Task<Site> SiteAsync(Operation<EnrollmentDbContext> op, Guid siteId) =>
        await op.Db.Sites.AsNoTracking().SingleOrDefaultAsync(s => s.Id == siteId, op.CancellationToken)
        ?? throw DomainError.NotFound("site").ToException();
}
