using Microsoft.EntityFrameworkCore;
using Platform.Contracts.Events.Enrollment;
using Platform.Enrollment.Episodes;

namespace Platform.Enrollment.Assessments.Safety;

/// <summary>Whom an alert is for, and how it follows a person who moves.</summary>
internal static class SafetyQueries
{
    /// <summary>The alerts that some sites look after: those that were raised there, and those of persons who are in care there now.</summary>
    public static IQueryable<SafetyAlert> LookedAfterBy(this IQueryable<SafetyAlert> alerts, EnrollmentDbContext db, Guid[] sites)
    {
        var here = db.Episodes.Where(e => e.Status == EpisodeStatus.Admitted && sites.Contains(e.SiteId)).Select(e => e.PersonId);

        // Two queries made one, each with an index of its own.
        return alerts.Where(a => sites.Contains(a.SiteId)).Union(alerts.Where(a => here.Contains(a.PersonId)));
    }

    /// <summary>Tells a site to which a person comes of what nobody acted on yet.</summary>
    public static async Task TellAsync(EnrollmentDbContext db, Episode episode, CancellationToken cancellationToken)
    {
        var open = await db.SafetyAlerts.AsNoTracking()
            .Where(a => a.PersonId == episode.PersonId && a.Status == SafetyAlertStatus.Open && a.SiteId != episode.SiteId)
            .Select(a => new { a.Id, a.Severity })
            .ToListAsync(cancellationToken);
        foreach (var alert in open)
        {
            db.Publish(RaisedAt(alert.Id, episode.SiteId, alert.Severity), alert.Id);
        }
    }

    /// <summary>The event of an alert at a site.</summary>
    public static SafetyAlertRaised RaisedAt(Guid alertId, Guid siteId, SafetySeverity severity) =>
        new(alertId, siteId, severity.ToString().ToUpperInvariant());
}
