using Microsoft.EntityFrameworkCore;

namespace Platform.Enrollment.Census;

/// <summary>Reads of the tallies. None of them reads an episode, a stay or a referral.</summary>
internal static class TallyQueries
{
    /// <summary>The tallies of some measures over stretches of days: one range of the key for each stretch.</summary>
    public static IQueryable<Tally> Over(this EnrollmentDbContext db, Measure[] measures, IReadOnlyList<Stretch> stretches)
    {
        IQueryable<Tally>? all = null;
        foreach (var (span, from, to) in stretches)
        {
            var part = db.Tallies.Where(t => measures.Contains(t.Measure) && t.Span == span && t.StartsOn >= from && t.StartsOn <= to);
            all = all is null ? part : all.Concat(part);
        }

        return all ?? db.Tallies.Where(_ => false);
    }

    /// <summary>Tallies with the site and region of their program, of those programs that the report is of.</summary>
    public static IQueryable<PlacedTally> Within(this IQueryable<Tally> tallies, EnrollmentDbContext db, ReportScope scope)
    {
        var own = scope.OwnSites?.ToArray();
        return
            from tally in tallies
            join program in db.Programs on tally.ProgramId equals program.Id
            join site in db.Sites on program.SiteId equals site.Id
            where scope.ProgramId == null || program.Id == scope.ProgramId
            where scope.SiteId == null || site.Id == scope.SiteId
            where scope.RegionId == null || site.RegionId == scope.RegionId
            where own == null || own.Contains(site.Id)
            select new PlacedTally
            {
                Measure = tally.Measure,
                Span = tally.Span,
                StartsOn = tally.StartsOn,
                Kind = tally.Kind,
                Bucket = tally.Bucket,
                ProgramId = program.Id,
                SiteId = site.Id,
                RegionId = site.RegionId ?? Guid.Empty,
                Count = tally.Count,
                Days = tally.Days,
            };
    }

    /// <summary>Lengths by range, the shortest first.</summary>
    public static async Task<IReadOnlyList<LengthCount>> LengthsAsync(
        this IQueryable<PlacedTally> tallies, CancellationToken cancellationToken) =>
        await tallies
            .GroupBy(t => t.Bucket)
            .Select(g => new LengthCount(g.Key, g.Sum(t => t.Count), g.Sum(t => t.Days)))
            .ToListAsync(cancellationToken);
}

/// <summary>A tally with where its program is.</summary>
internal sealed class PlacedTally
{
    public Measure Measure { get; init; }

    public Span Span { get; init; }

    public DateOnly StartsOn { get; init; }

    public int Kind { get; init; }

    public int Bucket { get; init; }

    public Guid ProgramId { get; init; }

    public Guid SiteId { get; init; }

    /// <summary>Empty when the site is in no region.</summary>
    public Guid RegionId { get; init; }

    public long Count { get; init; }

    public long Days { get; init; }
}
