using Microsoft.EntityFrameworkCore;

namespace Platform.Enrollment.Waitlist;

/// <summary>Finds an entry's places in line.</summary>
internal static class WaitlistPositions
{
    /// <summary>Programs that are looked at for one entry, those of which people left most places lately.</summary>
    private const int MostPrograms = 50;

    /// <summary>The programs that suit an entry, best position first.</summary>
    public static async Task<IReadOnlyList<ProgramWait>> ReadAsync(
        EnrollmentDbContext db, WaitlistEntry entry, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(db.Now.UtcDateTime);
        var since = today.AddDays(1 - WaitEstimate.Window);
        var suitable = (await db.ReadProfilesAsync(db.WantedBy(entry.Id), cancellationToken))
            .Where(entry.Criteria.Suits).ToList();
        var ids = suitable.ConvertAll(p => p.ProgramId);
        var turnover = await db.PlaceTurnovers
            .Where(t => ids.Contains(t.ProgramId) && t.Day >= since)
            .GroupBy(t => t.ProgramId)
            .Select(days => new
            {
                ProgramId = days.Key,
                First = days.Min(d => d.Day),
                Freed = days.Sum(d => d.Freed),
            })
            .ToDictionaryAsync(t => t.ProgramId, cancellationToken);
        var looked = suitable
            .OrderByDescending(p => turnover.GetValueOrDefault(p.ProgramId)?.Freed ?? 0).ThenBy(p => p.ProgramId).Take(MostPrograms).ToList();
        var before = await db.WaitingBeforeAsync(
            looked.SelectMany(p => p.Targets).ToHashSet(), WaitlistKey.Of(entry), cancellationToken);
        return [.. looked
            .Select(program =>
            {
                var known = turnover.GetValueOrDefault(program.ProgramId);
                return new ProgramWait(
                    program.ProgramId,
                    1 + program.Targets.Sum(target => before[target].Count(other => other.Criteria.Suits(program))),
                    known?.Freed ?? 0,
                    WaitEstimate.Observed(known?.First ?? today, today));
            })
            .OrderBy(w => w.Position).ThenByDescending(w => w.Freed).ThenBy(w => w.ProgramId)];
    }
}
