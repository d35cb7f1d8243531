using Microsoft.EntityFrameworkCore;
using Platform.Shared.Errors;
using Platform.Shared.Time;

namespace Platform.Enrollment.Census;

/// <summary>Places licensed and taken, at the end of each step of a range of days.</summary>
internal static class OccupancyReport
{
    /// <summary>Steps at the most.</summary>
    public const int MostSteps = 400;

    private static readonly Measure[] Measures = [Measure.Places];

    /// <summary>The last day of each step: of the range when there are no steps.</summary>
    /// <exception cref="DomainException">INVALID_ARGUMENT: too many steps.</exception>
    public static IReadOnlyList<DateOnly> Ends(DateOnly from, DateOnly to, V1.TrendStep step)
    {
        var ends = new List<DateOnly>();
        for (var day = from; day <= to && ends.Count <= MostSteps; day = ends[^1].AddDays(1))
        {
            var end = step switch
            {
                V1.TrendStep.Day => day,
                V1.TrendStep.Week => day.AddDays((7 - (int)day.DayOfWeek) % 7),
                V1.TrendStep.Month => Span.Month.StartOf(day).AddMonths(1).AddDays(-1),
                _ => to,
            };
            ends.Add(end < to ? end : to);
        }

        return ends.Count <= MostSteps ? ends : throw DomainError.Invalid("step", $"gives more than {MostSteps} steps").ToException();
    }

    /// <summary>A point for each end.</summary>
    public static async Task<V1.GetOccupancyResponse> AnswerAsync(
        EnrollmentDbContext db, IReadOnlyList<DateOnly> ends, V1.TrendStep step, ReportScope scope, CancellationToken cancellationToken)
    {
        var occupied = await db.Over(Measures, Spans.Cut(Spans.Beginning, ends[0], Span.Year)).Within(db, scope)
            .SumAsync(t => t.Count, cancellationToken);
        var moves = await db
            .Over(Measures, Spans.Cut(ends[0].AddDays(1), ends[^1], step == V1.TrendStep.Month ? Span.Month : Span.Day))
            .Within(db, scope)
            .GroupBy(t => t.StartsOn)
            .Select(g => new { On = g.Key, Count = g.Sum(t => t.Count) })
            .ToListAsync(cancellationToken);
        var licences = await LicencesAsync(db, ends[^1], scope, cancellationToken);

        // Every span that was read lies within one step.
        var moved = moves.ToLookup(move => StepOf(ends, move.On), move => move.Count);
        var licensedMore = licences.ToLookup(licence => StepOf(ends, licence.On), licence => licence.More);
        var licensed = 0L;
        var response = new V1.GetOccupancyResponse();
        for (var i = 0; i < ends.Count; i++)
        {
            occupied += moved[i].Sum();
            licensed += licensedMore[i].Sum();
            response.Points.Add(new V1.OccupancyPoint
            {
                On = ends[i].ToIso(),
                Licensed = licensed,
                Occupied = occupied,
                Rate = licensed == 0 ? 0 : (double)occupied / licensed,
            });
        }

        return response;
    }

    /// <summary>
    /// By how much the licensed places grew on which day. A program has few changes of its licence; one without any has had its
    /// present number from the beginning.
    /// </summary>
    private static async Task<List<Licence>> LicencesAsync(
        EnrollmentDbContext db, DateOnly until, ReportScope scope, CancellationToken cancellationToken)
    {
        var own = scope.OwnSites?.ToArray();
        var programs =
            from capacity in db.Capacities
            join site in db.Sites on capacity.SiteId equals site.Id
            where scope.ProgramId == null || capacity.ProgramId == scope.ProgramId
            where scope.SiteId == null || site.Id == scope.SiteId
            where scope.RegionId == null || site.RegionId == scope.RegionId
            where own == null || own.Contains(site.Id)
            select capacity;
        var unchanged = await programs
            .Where(c => !db.LicensedChanges.Any(change => change.ProgramId == c.ProgramId))
            .SumAsync(c => (long)c.Licensed, cancellationToken);
        var changes = await db.LicensedChanges
            .Where(change => change.From <= until && programs.Any(c => c.ProgramId == change.ProgramId))
            .GroupBy(change => change.From)
            .Select(g => new
            {
                On = g.Key,
                More = g.Sum(change => (long)change.Licensed - (db.LicensedChanges
                    .Where(earlier => earlier.ProgramId == change.ProgramId && earlier.From < change.From)
                    .OrderByDescending(earlier => earlier.From)
                    .Select(earlier => (int?)earlier.Licensed)
                    .FirstOrDefault() ?? 0)),
            })
            .ToListAsync(cancellationToken);
        return [new Licence(Spans.Beginning, unchanged), .. changes.Select(change => new Licence(change.On, change.More))];
    }

    private static int StepOf(IReadOnlyList<DateOnly> ends, DateOnly day)
    {
        var step = 0;
        while (ends[step] < day)
        {
            step++;
        }

        return step;
    }

    /// <summary>So many places more from a day on.</summary>
    private sealed record Licence(DateOnly On, long More);
}
