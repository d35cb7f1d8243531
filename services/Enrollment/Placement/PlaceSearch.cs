using Platform.Enrollment.Capacity;
using Platform.Enrollment.Sites;

namespace Platform.Enrollment.Placement;

/// <summary>A program that suits.</summary>
/// <param name="Site">The site.</param>
/// <param name="Program">The program.</param>
/// <param name="Miles">Distance as the crow flies.</param>
/// <param name="WaitDays">Days until a place: 0 when one is open, an estimate when none is, null when there is no knowing.</param>
/// <param name="Score">How well it suits in all, 0 to 100.</param>
internal sealed record FoundPlace(CachedSite Site, CachedProgram Program, double Miles, int? WaitDays, double Score);

/// <summary>What a search found.</summary>
/// <param name="Places">The places, the best first.</param>
/// <param name="AsOf">When they were last seen to be as the store has them; null when they are as far as can be known.</param>
internal sealed record FoundPlaces(IReadOnlyList<FoundPlace> Places, DateTimeOffset? AsOf = null);

/// <summary>
/// Finds the programs that suit a person best. The board in memory answers; while it cannot be relied on, the store does, by the
/// same rules. The store has other work then: it is asked by a few searches at once, and for the others the board answers all the
/// same, and says as of when. The answer is a hint: an offer decides.
/// </summary>
internal sealed class PlaceSearch(CapacityBoards boards, StoredPlaces store, EstimatedWaits waits, TimeProvider time) : IDisposable
{
    /// <summary>Searches that ask the store at once.</summary>
    public const int AtOnce = 4;
    private readonly SemaphoreSlim _asking = new(AtOnce, AtOnce);

    /// <summary>The places that meet <paramref name="criteria"/>.</summary>
    public async Task<FoundPlaces> FindAsync(Guid networkId, PlaceCriteria criteria, CancellationToken cancellationToken)
    {
        var book = criteria.IncludeFull ? await waits.OfAsync(networkId, cancellationToken) : null;
        if (boards.Current(networkId) is { } board)
        {
            return new FoundPlaces(Best(criteria, book, On(board, criteria)));
        }

        if (!await _asking.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            if (boards.Seen(networkId) is var (lagging, asOf))
            {
                return new FoundPlaces(Best(criteria, book, On(lagging, criteria)), asOf);
            }

            await _asking.WaitAsync(cancellationToken);
        }

        try
        {
            return new FoundPlaces(Best(criteria, book, await InStoreAsync(networkId, criteria, cancellationToken)));
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _asking.Dispose();

    private static IEnumerable<(CachedSite Site, double Miles)> On(CapacityBoard board, PlaceCriteria criteria)
    {
        foreach (var near in board.Within(criteria.Centre, criteria.Miles))
        {
            yield return near;
        }

        foreach (var site in criteria.ReachesAfar ? board.WithVirtualPrograms : [])
        {
            var miles = criteria.Centre.MilesTo(site.Point);
            if (miles > criteria.Miles)
            {
                yield return (site, miles);
            }
        }
    }

    private async Task<IEnumerable<(CachedSite Site, double Miles)>> InStoreAsync(
        Guid networkId, PlaceCriteria criteria, CancellationToken cancellationToken) =>
        from site in await store.AroundAsync(networkId, criteria.Centre, criteria.Miles, criteria.ReachesAfar, cancellationToken)
        select (site, criteria.Centre.MilesTo(site.Point));

    private IReadOnlyList<FoundPlace> Best(PlaceCriteria criteria, WaitBook? book, IEnumerable<(CachedSite Site, double Miles)> sites)
    {
        // Holds the best so far, the worst of them on top; most candidates are compared with that one and forgotten.
        var worstFirst = Comparer<PlaceRank>.Create((one, other) => other.CompareTo(one));
        var best = new PriorityQueue<FoundPlace, PlaceRank>(criteria.Limit + 1, worstFirst);
        var now = time.GetUtcNow();
        foreach (var (site, miles) in sites)
        {
            if (!criteria.Counts(site))
            {
                continue;
            }

            foreach (var program in site.Programs)
            {
                if (criteria.Fit(site, program, miles, now) is not { } fit)
                {
                    continue;
                }

                var wait = program.Counts.Open > 0 ? 0 : book?.Days(site, program);
                var score = PlaceRank.Score(criteria, program, miles, wait, fit);
                var rank = PlaceRank.Of(criteria, program, miles, wait, score);
                if (best.Count < criteria.Limit)
                {
                    best.Enqueue(new FoundPlace(site, program, miles, wait, score), rank);
                }
                else if (best.TryPeek(out _, out var worst) && rank.CompareTo(worst) < 0)
                {
                    best.DequeueEnqueue(new FoundPlace(site, program, miles, wait, score), rank);
                }
            }
        }

        var found = new FoundPlace[best.Count];
        for (var i = found.Length - 1; i >= 0; i--)
        {
            found[i] = best.Dequeue();
        }

        return found;
    }
}
