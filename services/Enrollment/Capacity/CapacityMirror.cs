using System.Collections.Concurrent;

namespace Platform.Enrollment.Capacity;

/// <summary>
/// Makes boards and cache follow the store: after each commit, and again from the event of it. What could not be written while the
/// cache did not answer is remembered and written once it does.
/// </summary>
internal sealed class CapacityMirror(
    StoredPlaces store, CapacityBoards boards, ICapacityCache cache, ILogger<CapacityMirror> logger)
{
    private readonly ConcurrentDictionary<(Guid Network, Guid Site), bool> _missed = new();

    /// <summary>The places of a program changed.</summary>
    public async Task CountsChangedAsync(Guid networkId, Guid siteId, Guid programId, PlaceCounts counts)
    {
        // This process knows at once, whatever becomes of the message.
        var change = new CountsWritten(siteId, programId, counts);
        boards.Apply(networkId, change);
        if (!await cache.WriteCountsAsync(networkId, change))
        {
            _missed[(networkId, siteId)] = true;
        }
    }

    /// <summary>Sites are new, or were changed, or have new programs. It follows a commit, so it does not fail: what could not be done is done later.</summary>
    public async Task SitesChangedAsync(Guid networkId, IReadOnlyCollection<Guid> siteIds)
    {
        var written = false;
        try
        {
            var sites = await store.ReadAsync(networkId, siteIds, CancellationToken.None);
            var changes = sites.Select(site => new SiteWritten(site)).ToList();
            foreach (var change in changes)
            {
                boards.Apply(networkId, change);
            }

            written = await cache.WriteSitesAsync(networkId, changes);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            logger.LogWarning("The cache could not follow a change ({Failure}); it will.", e.GetType().Name);
        }

        foreach (var site in written ? [] : siteIds)
        {
            _missed[(networkId, site)] = true;
        }
    }

    /// <summary>Writes what was missed, as far as the cache answers again.</summary>
    public async Task RepairAsync(CancellationToken cancellationToken)
    {
        foreach (var network in _missed.Keys.ToLookup(missed => missed.Network, missed => missed.Site))
        {
            if (await cache.CountSitesAsync(network.Key) is null)
            {
                // It does not answer yet, and the store is not read in vain.
                return;
            }

            // Forgotten before it is read: what is missed meanwhile is remembered again.
            foreach (var site in network)
            {
                _missed.TryRemove((network.Key, site), out _);
            }

            cancellationToken.ThrowIfCancellationRequested();
            await SitesChangedAsync(network.Key, [.. network]);
        }
    }
}
