using System.Collections.Concurrent;
using Platform.Enrollment.Sites;

namespace Platform.Enrollment.Capacity;

/// <summary>The cache of a process that runs alone, without Redis.</summary>
internal sealed class InProcessCapacityCache(TimeProvider time) : ICapacityCache
{
    private readonly ConcurrentDictionary<Guid, NetworkCopy> _networks = new();

    public Task<bool> WriteCountsAsync(Guid networkId, Guid siteId, Guid programId, PlaceCounts counts)
    {
        var network = Network(networkId);
        lock (network)
        {
            network.Write(programId, counts);
        }

        return Task.FromResult(true);
    }

    public Task<bool> WriteSitesAsync(Guid networkId, IReadOnlyList<CachedSite> sites)
    {
        var network = Network(networkId);
        lock (network)
        {
            foreach (var site in sites)
            {
                network.Write(site);
            }
        }

        return Task.FromResult(true);
    }

    public Task MarkCompleteAsync(Guid networkId, int sites)
    {
        var network = Network(networkId);
        lock (network)
        {
            network.IsComplete = true;
        }

        return Task.CompletedTask;
    }

    public Task<bool> TryLeaseAsync(Guid networkId, string what, TimeSpan duration)
    {
        var network = Network(networkId);
        var now = time.GetUtcNow();
        lock (network)
        {
            if (network.Leases.TryGetValue(what, out var until) && until > now)
            {
                return Task.FromResult(false);
            }

            network.Leases[what] = now + duration;
            return Task.FromResult(true);
        }
    }

    public Task<IReadOnlyList<NearSite>?> NearAsync(Guid networkId, GeoPoint centre, double miles)
    {
        var network = Network(networkId);
        lock (network)
        {
            return Task.FromResult<IReadOnlyList<NearSite>?>(network.IsComplete
                ? [.. network.Sites.Values
                    .Select(site => new NearSite(site.Id, centre.MilesTo(site.Point)))
                    .Where(near => near.Miles <= miles)
                    .OrderBy(near => near.Miles)]
                : null);
        }
    }

    public Task<IReadOnlyDictionary<Guid, CachedSite>> SitesAsync(Guid networkId, IReadOnlyList<Guid> siteIds)
    {
        var network = Network(networkId);
        lock (network)
        {
            var known = new Dictionary<Guid, CachedSite>();
            foreach (var id in siteIds)
            {
                if (network.Sites.TryGetValue(id, out var site))
                {
                    known[id] = site with
                    {
                        Programs = [.. site.Programs.Select(p => p with { Counts = network.Counts[p.Id] })],
                    };
                }
            }

            return Task.FromResult<IReadOnlyDictionary<Guid, CachedSite>>(known);
        }
    }

    public Task<Guid?> SiteOfProgramAsync(Guid networkId, Guid programId)
    {
        var network = Network(networkId);
        lock (network)
        {
            return Task.FromResult<Guid?>(network.SiteOfProgram.TryGetValue(programId, out var site) ? site : null);
        }
    }

    /// <summary>Forgets everything.</summary>
    internal void Flush() => _networks.Clear();

    private NetworkCopy Network(Guid networkId) => _networks.GetOrAdd(networkId, _ => new NetworkCopy());

    private sealed class NetworkCopy
    {
        public bool IsComplete { get; set; }

        public Dictionary<Guid, CachedSite> Sites { get; } = [];

        public Dictionary<Guid, PlaceCounts> Counts { get; } = [];

        public Dictionary<Guid, Guid> SiteOfProgram { get; } = [];

        public Dictionary<string, DateTimeOffset> Leases { get; } = new(StringComparer.Ordinal);

        public void Write(CachedSite site)
        {
            foreach (var program in site.Programs)
            {
                Write(program.Id, program.Counts);
                SiteOfProgram[program.Id] = site.Id;
            }

            // A site opens programs and never loses one: of two equal versions the one with more programs is newer.
            if (!Sites.TryGetValue(site.Id, out var known)
                || known.Version < site.Version
                || (known.Version == site.Version && known.Programs.Count <= site.Programs.Count))
            {
                var lost = known?.Programs.Where(p => site.Programs.All(other => other.Id != p.Id)) ?? [];
                Sites[site.Id] = site with { Programs = [.. site.Programs, .. lost] };
            }
        }

        public void Write(Guid programId, PlaceCounts counts)
        {
            if (!Counts.TryGetValue(programId, out var known) || known.Version < counts.Version)
            {
                Counts[programId] = counts;
            }
        }
    }
}
