using System.Collections.Concurrent;

namespace Platform.Enrollment.Capacity;

/// <summary>The cache of a process that runs alone, without Redis.</summary>
internal sealed class InProcessCapacityCache(TimeProvider time) : ICapacityCache
{
    private readonly ConcurrentDictionary<Guid, NetworkCopy> _networks = new();

    public long Interruptions => 0;

    public Task<bool> WriteCountsAsync(Guid networkId, CountsWritten change) => WriteAsync(networkId, [change]);

    public Task<bool> WriteSitesAsync(Guid networkId, IReadOnlyList<SiteWritten> changes) => WriteAsync(networkId, changes);

    public Task<bool> RemoveSiteAsync(Guid networkId, SiteRemoved change) => WriteAsync(networkId, [change]);

    public Task<bool> TryLeaseAsync(Guid networkId, string what, TimeSpan duration)
    {
        var network = Network(networkId);
        var now = time.GetUtcNow();
        lock (network.Leases)
        {
            if (network.Leases.TryGetValue(what, out var until) && until > now)
            {
                return Task.FromResult(false);
            }

            network.Leases[what] = now + duration;
            return Task.FromResult(true);
        }
    }

    public Task<int?> CountSitesAsync(Guid networkId) => Task.FromResult<int?>(Network(networkId).Board.Count);

    public Task<IReadOnlyList<CachedSite>?> ReadSitesAsync(Guid networkId) =>
        Task.FromResult<IReadOnlyList<CachedSite>?>([.. Network(networkId).Board.Sites]);

    public Task<bool> FollowAsync(Guid networkId, Action<CapacityChange> follower)
    {
        Network(networkId).Followers.Enqueue(follower);
        return Task.FromResult(true);
    }

    public Task<bool> IsHeardAsync() => Task.FromResult(true);

    private Task<bool> WriteAsync(Guid networkId, IEnumerable<CapacityChange> changes)
    {
        var network = Network(networkId);
        foreach (var change in changes.Where(network.Board.Apply))
        {
            foreach (var follower in network.Followers)
            {
                follower(change);
            }
        }

        return Task.FromResult(true);
    }

    private NetworkCopy Network(Guid networkId) => _networks.GetOrAdd(networkId, _ => new NetworkCopy());

    private sealed class NetworkCopy
    {
        public CapacityBoard Board { get; } = new();

        public ConcurrentQueue<Action<CapacityChange>> Followers { get; } = new();

        public Dictionary<string, DateTimeOffset> Leases { get; } = new(StringComparer.Ordinal);
    }
}
