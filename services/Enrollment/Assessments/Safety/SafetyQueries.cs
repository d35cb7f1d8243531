using Microsoft.EntityFrameworkCore;
using Platform.Contracts.Events.Enrollment;
using Platform.Enrollment.Episodes;

namespace Platform.Enrollment.Assessments.Safety;

/// <summary>Whom an alert is for, and how it follows a person who moves.</summary>
internal static class SafetyQueries
{
    /// <summary>
    /// The first of the alerts that some sites look after, in order of time: those that were raised there, and those of persons who
    /// are in care there now. Each of the two is cut by an index of its own before they are put together.
    /// </summary>
    public static IQueryable<SafetyAlert> FirstLookedAfterBy(
        this IQueryable<SafetyAlert> alerts, EnrollmentDbContext db, Guid[] sites, int most) =>
        alerts.Where(a => sites.Contains(a.SiteId)).First(most)
            .Union(alerts.Where(a => db.Episodes.Any(e =>
                e.PersonId == a.PersonId && e.Status == EpisodeStatus.Admitted && sites.Contains(e.SiteId))).First(most))
            .First(most);

    /// <summary>The first of some alerts, in order of time.</summary>
    public static IQueryable<SafetyAlert> First(this IQueryable<SafetyAlert> alerts, int most) =>
        alerts.OrderBy(a => a.RaisedAt).ThenBy(a => a.Id).Take(most);

    /// <summary>Whether one of some sites looks after an alert.</summary>
    public static async Task<bool> IsLookedAfterAsync(
        this EnrollmentDbContext db, SafetyAlert alert, IReadOnlySet<Guid> sites, CancellationToken cancellationToken) =>
        sites.Contains(alert.SiteId)
        || (await db.SiteOfAsync(alert.PersonId, cancellationToken) is { } now && sites.Contains(now));

    /// <summary>The site where a person is in care now; null when at none.</summary>
    public static Task<Guid?> SiteOfAsync(this EnrollmentDbContext db, Guid personId, CancellationToken cancellationToken) =>
        db.Episodes
            .Where(e => e.PersonId == personId && e.Status == EpisodeStatus.Admitted)
            .Select(e => (Guid?)e.SiteId)
            .SingleOrDefaultAsync(cancellationToken);

    /// <summary>Tells a site to which a person comes of what nobody acted on yet.</summary>
    public static Task TellAsync(EnrollmentDbContext db, Episode episode, CancellationToken cancellationToken) =>
        TellAsync(db, db.SafetyAlerts.Where(a => a.PersonId == episode.PersonId), episode.SiteId, cancellationToken);

    /// <summary>Tells the site whose person never left it of what nobody acted on yet and it was not told of.</summary>
    public static async Task TellNewsAsync(EnrollmentDbContext db, Episode episode, CancellationToken cancellationToken)
    {
        var alerts = await OpenElsewhereAsync(
            db, db.SafetyAlerts.Where(a => a.PersonId == episode.PersonId), episode.SiteId, cancellationToken);
        Tell(db, alerts.Where(a => !a.ToldSites.Contains(episode.SiteId)), episode.SiteId);
    }

    /// <summary>Tells a site of those of some alerts that nobody acted on yet and that were not raised there.</summary>
    public static async Task TellAsync(
        EnrollmentDbContext db, IQueryable<SafetyAlert> alerts, Guid siteId, CancellationToken cancellationToken) =>
        Tell(db, await OpenElsewhereAsync(db, alerts, siteId, cancellationToken), siteId);

    /// <summary>Tells a site of alerts that were not raised there.</summary>
    public static void Tell(EnrollmentDbContext db, IEnumerable<SafetyAlert> alerts, Guid siteId)
    {
        foreach (var alert in alerts)
        {
            alert.Tell(siteId);
            db.Publish(RaisedAt(alert, siteId), alert.Id);
        }
    }

    /// <summary>The event of an alert at a site.</summary>
    public static SafetyAlertRaised RaisedAt(SafetyAlert alert, Guid siteId) =>
        new(alert.Id, siteId, alert.Severity.ToString().ToUpperInvariant());

    /// <summary>Those of some alerts that nobody acted on yet and that were not raised at a site; locked, since somebody may act now.</summary>
    private static async Task<List<SafetyAlert>> OpenElsewhereAsync(
        EnrollmentDbContext db, IQueryable<SafetyAlert> alerts, Guid siteId, CancellationToken cancellationToken)
    {
        var ids = await alerts
            .Where(a => a.Status == SafetyAlertStatus.Open && a.SiteId != siteId)
            .OrderBy(a => a.Id)
            .Select(a => a.Id)
            .ToListAsync(cancellationToken);
        var open = new List<SafetyAlert>();
        foreach (var id in ids)
        {
            if (await db.LockedAsync<SafetyAlert>(id, cancellationToken) is { Status: SafetyAlertStatus.Open } alert)
            {
                open.Add(alert);
            }
        }

        return open;
    }
}
