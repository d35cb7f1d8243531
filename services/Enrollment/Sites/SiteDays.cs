using Microsoft.EntityFrameworkCore;
using Platform.Shared.Time;

namespace Platform.Enrollment.Sites;

/// <summary>Days as a site counts them.</summary>
internal static class SiteDays
{
    /// <summary>The day at the site.</summary>
    public static DateOnly Today(this Site site, DateTimeOffset now) => LocalDays.DayAt(now, site.TimeZone);

    /// <summary>The day at a site when the transaction began.</summary>
    public static async Task<DateOnly> TodayAsync(this EnrollmentDbContext db, Guid siteId, CancellationToken cancellationToken) =>
        LocalDays.DayAt(db.Now, await db.Sites.Where(s => s.Id == siteId).Select(s => s.TimeZone).SingleAsync(cancellationToken));
}
