namespace Platform.Enrollment.Capacity;

/// <summary>
/// Compares a board with the versions in the store, and puts board and cache right where they differ.
///
/// Whatever a board knows was committed before it got there, so a version that is read from the store afterwards is at least as
/// high. If it is lower, the store was restored from a backup: what board and cache know did not happen, and gives way to what the
/// store says, exactly as it was seen, so that a change that comes at the same time is not lost.
/// </summary>
internal sealed class StockTaking(StoredPlaces store, ICapacityCache cache, ILogger<StockTaking> logger)
{
    /// <summary>Long enough to fill the cache with a large network; when its holder dies, someone else begins anew.</summary>
    private static readonly TimeSpan RefillLease = TimeSpan.FromSeconds(10);

    /// <summary>Takes stock of one network.</summary>
    /// <returns>Whether a part was ahead of the store; then the cache may hold more of that, and the board is to be loaded again.</returns>
    public async Task<bool> TakeAsync(Guid networkId, CapacityBoard board, CancellationToken cancellationToken)
    {
        var known = board.Sites.ToDictionary(site => site.Id);
        var stored = (await store.VersionsAsync(networkId, cancellationToken))
            .GroupBy(row => row.SiteId)
            .ToDictionary(rows => rows.Key, rows => rows.ToList());
        var differing = stored.Where(site => Differs(known.GetValueOrDefault(site.Key), site.Value)).Select(site => site.Key).ToList();
        var changes = (await store.ReadAsync(networkId, differing, cancellationToken))
            .Select(site => new SiteWritten(site, Ahead(known.GetValueOrDefault(site.Id), stored[site.Id])))
            .ToList();
        var removals = known.Keys.Where(id => !stored.ContainsKey(id)).Select(id => new SiteRemoved(id)).ToList();
        foreach (var change in changes.Concat<CapacityChange>(removals))
        {
            board.Apply(change);
        }

        var ahead = changes.Count(change => change.Replaces is not null) + removals.Count;
        if (ahead > 0)
        {
            logger.LogWarning("{Sites} sites were ahead of the store, which must have been restored; they were put back.", ahead);
        }

        await cache.WriteSitesAsync(networkId, changes);
        foreach (var removal in removals)
        {
            await cache.RemoveSiteAsync(networkId, removal);
        }

        // Redis was flushed, or evicted the sites.
        if (await cache.CountSitesAsync(networkId) < board.Count && await cache.TryLeaseAsync(networkId, "refill", RefillLease))
        {
            await cache.WriteSitesAsync(networkId, [.. board.Sites.Select(site => new SiteWritten(site))]);
        }

        return ahead > 0;
    }

    private static bool Differs(CachedSite? known, List<StoredVersion> stored) =>
        known is null
        || known.Version != VersionOf(stored)
        || known.Programs.Count != stored.Count
        || known.Programs.Any(p => stored.Find(row => row.ProgramId == p.Id).CountsVersion != p.Counts.Version);

    /// <summary>What is known, when a part of it is ahead of the store; else null.</summary>
    private static CachedSite? Ahead(CachedSite? known, List<StoredVersion> stored) =>
        known is not null
        && (known.Version > VersionOf(stored)
            || known.Programs.Any(p => p.Counts.Version > stored.Find(row => row.ProgramId == p.Id).CountsVersion))
            ? known
            : null;

    private static long VersionOf(List<StoredVersion> stored) => stored[0].SiteVersion + stored.Sum(row => row.ProgramVersion);
}
