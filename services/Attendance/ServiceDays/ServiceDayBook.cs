using Microsoft.EntityFrameworkCore;
using Platform.Attendance.Rolls;
using Platform.Contracts.Events.Attendance;

namespace Platform.Attendance.ServiceDays;

/// <summary>A person's day at a site.</summary>
internal readonly record struct DayOfPerson(Guid EpisodeId, Guid PersonId, Guid SiteId, Guid ProgramId, DateOnly On);

/// <summary>Opens and closes service days as rolls change.</summary>
internal static class ServiceDayBook
{
    /// <summary>
    /// Brings the days in line with their rolls: a day whose rolls are all signed closes and is told to others; one with an open
    /// roll is open. Call it after the rolls are saved. The day's row is locked before its rolls are read, so that of two
    /// facilitators who sign at once the second sees the first, and the day closes.
    /// </summary>
    public static async Task SettleAsync(
        AttendanceDbContext db, IReadOnlyList<DayOfPerson> people, CancellationToken cancellationToken)
    {
        foreach (var person in people.OrderBy(p => p.EpisodeId).ThenBy(p => p.On))
        {
            var day = await LockAsync(db, person, cancellationToken);
            var lines = await db.Rolls
                .Where(r => r.SiteId == person.SiteId && r.On == person.On)
                .SelectMany(r => r.Lines.Where(l => l.EpisodeId == person.EpisodeId && !l.Released), (r, l) => new SignedLine(
                    r.SignedAt != null, r.Component, r.FacilitatorId, l.Minutes))
                .ToListAsync(cancellationToken);
            if (lines.Any(l => !l.Signed) || lines.Count == 0)
            {
                if (day.ClosedAt is not null)
                {
                    day.Reopen();
                }
            }
            else if (day.ClosedAt is null)
            {
                Close(db, day, lines);
            }
        }
    }

    private static void Close(AttendanceDbContext db, ServiceDay day, List<SignedLine> lines)
    {
        var minutes = lines.GroupBy(l => l.Component)
            .ToDictionary(g => g.Key, g => g.Sum(l => l.Minutes), StringComparer.Ordinal);
        var facilitator = lines.GroupBy(l => l.FacilitatorId)
            .OrderByDescending(g => g.Sum(l => l.Minutes)).ThenBy(g => g.Key)
            .First().Key;
        db.ServiceDayMinutes.RemoveRange(day.Minutes);
        day.Close(db.Now, minutes);
        db.Publish(
            new ServiceDayClosed(
                day.Id, day.Version, day.EpisodeId, day.PersonId, day.SiteId, day.ProgramId, day.On, minutes, facilitator),
            day.EpisodeId);
    }

    private static async Task<ServiceDay> LockAsync(
        AttendanceDbContext db, DayOfPerson person, CancellationToken cancellationToken)
    {
        if (db.IsPostgres)
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                 INSERT INTO service_day (id, network_id, episode_id, person_id, site_id, program_id, "on", version)
                 VALUES ({db.NewId()}, {db.NetworkId}, {person.EpisodeId}, {person.PersonId}, {person.SiteId}, {person.ProgramId},
                     {person.On}, 0)
                 ON CONFLICT DO NOTHING
                 """,
                cancellationToken);
            await db.Database.ExecuteSqlAsync(
                $"""
                 SELECT 1 FROM service_day
                 WHERE episode_id = {person.EpisodeId} AND site_id = {person.SiteId} AND "on" = {person.On} FOR UPDATE
                 """,
                cancellationToken);
        }

        var day = await db.ServiceDays.Include(d => d.Minutes).SingleOrDefaultAsync(
            d => d.EpisodeId == person.EpisodeId && d.SiteId == person.SiteId && d.On == person.On, cancellationToken);
        if (day is null)
        {
            day = new ServiceDay
            {
                Id = db.NewId(),
                NetworkId = db.NetworkId,
                EpisodeId = person.EpisodeId,
                PersonId = person.PersonId,
                SiteId = person.SiteId,
                ProgramId = person.ProgramId,
                On = person.On,
            };
            db.ServiceDays.Add(day);
        }

        return day;
    }

    private sealed record SignedLine(bool Signed, string Component, Guid FacilitatorId, int Minutes);
}
