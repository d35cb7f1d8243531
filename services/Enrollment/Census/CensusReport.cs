using Microsoft.EntityFrameworkCore;
using Platform.Shared.Errors;
using Platform.Shared.Paging;

namespace Platform.Enrollment.Census;

/// <summary>Who was in care at the end of a day: the sum of all that came and went until then.</summary>
internal static class CensusReport
{
    private static readonly Measure[] Measures = [Measure.Persons, Measure.OnLeave, Measure.Places];

    /// <summary>A page of rows, and the total of all.</summary>
    /// <param name="db">The store.</param>
    /// <param name="on">The day.</param>
    /// <param name="by">How it is split.</param>
    /// <param name="scope">Of which programs.</param>
    /// <param name="page">Which page.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="DomainException">INVALID_ARGUMENT: the page.</exception>
    public static async Task<V1.GetCensusResponse> AnswerAsync(
        EnrollmentDbContext db, DateOnly on, V1.CensusBy by, ReportScope scope, Common.V1.PageRequest? page,
        CancellationToken cancellationToken)
    {
        // Levels are few: they are one page.
        var asked = PageToken.Size(page?.Size ?? 0);
        var size = by == V1.CensusBy.Level ? int.MaxValue : asked;
        var after = PageToken.Decode<CensusKey>(page?.Token ?? string.Empty);
        var moves = db.Over(Measures, Spans.Cut(Spans.Beginning, on, Span.Year)).Within(db, scope);
        var total = await moves
            .GroupBy(_ => 1)
            .Select(g => new CensusSum
            {
                Persons = g.Sum(m => m.Measure == Measure.Persons ? m.Count : 0),
                OnLeave = g.Sum(m => m.Measure == Measure.OnLeave ? m.Count : 0),
                Places = g.Sum(m => m.Measure == Measure.Places ? m.Count : 0),
            })
            .SingleOrDefaultAsync(cancellationToken);
        var response = new V1.GetCensusResponse { Total = Message(total ?? new CensusSum()) };
        if (by == V1.CensusBy.Unspecified)
        {
            return response;
        }

        var rows = by == V1.CensusBy.Level
            ? await ByLevelAsync(moves, cancellationToken)
            : await ByPlaceAsync(moves, by, after, size + 1, cancellationToken);
        var names = await NamesAsync(db, by, [.. rows.Select(r => r.Id)], cancellationToken);
        response.Rows.AddRange(rows.Take(size).Select(row => new V1.CensusRow
        {
            Id = row.Id == Guid.Empty ? string.Empty : row.Id.ToString(),
            Name = names.GetValueOrDefault(row.Id, string.Empty),
            Level = (V1.LevelOfCare)row.Level,
            Count = Message(row),
        }));
        response.NextPageToken = rows.Count > size ? PageToken.Encode(new CensusKey(rows[size - 1].Id)) : string.Empty;
        return response;
    }

    private static Task<List<CensusSum>> ByLevelAsync(IQueryable<PlacedTally> moves, CancellationToken cancellationToken) => moves
        .GroupBy(m => m.Kind)
        .Select(g => new CensusSum
        {
            Level = g.Key,
            Persons = g.Sum(m => m.Measure == Measure.Persons ? m.Count : 0),
            OnLeave = g.Sum(m => m.Measure == Measure.OnLeave ? m.Count : 0),
            Places = g.Sum(m => m.Measure == Measure.Places ? m.Count : 0),
        })
        .Where(sum => sum.Persons != 0)
        .OrderBy(sum => sum.Level)
        .ToListAsync(cancellationToken);

    private static Task<List<CensusSum>> ByPlaceAsync(
        IQueryable<PlacedTally> moves, V1.CensusBy by, CensusKey? after, int rows, CancellationToken cancellationToken)
    {
        var places = by switch
        {
            V1.CensusBy.Program => moves.GroupBy(m => m.ProgramId),
            V1.CensusBy.Site => moves.GroupBy(m => m.SiteId),
            _ => moves.GroupBy(m => m.RegionId),
        };
        var sums = places
            .Select(g => new CensusSum
            {
                Id = g.Key,
                Persons = g.Sum(m => m.Measure == Measure.Persons ? m.Count : 0),
                OnLeave = g.Sum(m => m.Measure == Measure.OnLeave ? m.Count : 0),
                Places = g.Sum(m => m.Measure == Measure.Places ? m.Count : 0),
            })
            .Where(sum => sum.Persons != 0);
        if (after is not null)
        {
            sums = sums.Where(sum => sum.Id.CompareTo(after.Id) > 0);
        }

        return sums.OrderBy(sum => sum.Id).Take(rows).ToListAsync(cancellationToken);
    }

    private static async Task<Dictionary<Guid, string>> NamesAsync(
        EnrollmentDbContext db, V1.CensusBy by, List<Guid> ids, CancellationToken cancellationToken) => by switch
        {
            V1.CensusBy.Program => await db.Programs.Where(p => ids.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.Name, cancellationToken),
            V1.CensusBy.Site => await db.Sites.Where(s => ids.Contains(s.Id)).ToDictionaryAsync(s => s.Id, s => s.Name, cancellationToken),
            V1.CensusBy.Region => await db.Regions.Where(r => ids.Contains(r.Id)).ToDictionaryAsync(r => r.Id, r => r.Name, cancellationToken),
            _ => [],
        };

    private static V1.CensusCount Message(CensusSum sum) => new() { Persons = sum.Persons, OnLeave = sum.OnLeave, Places = sum.Places };

    /// <summary>Sort key of the rows.</summary>
    private sealed record CensusKey(Guid Id);

    /// <summary>A row as it is summed: of a level, or of a place.</summary>
    private sealed class CensusSum
    {
        public Guid Id { get; init; }

        public int Level { get; init; }

        public long Persons { get; init; }

        public long OnLeave { get; init; }

        public long Places { get; init; }
    }
}
