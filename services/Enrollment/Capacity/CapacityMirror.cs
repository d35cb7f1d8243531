using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Capacity;

/// <summary>
/// Makes the cache follow the store: after each commit, again from the event of it, and from the ground when the cache has lost a
/// network. What could not be written while the cache did not answer is remembered and written once it does.
/// </summary>
internal sealed class CapacityMirror(
    Database<EnrollmentDbContext> database, ICapacityCache cache, ILogger<CapacityMirror> logger)
{
    private const int SitesAtOnce = 500;

    /// <summary>Long enough to rebuild a large network; when its holder dies, the next search after it begins anew.</summary>
    private static readonly TimeSpan RebuildLease = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RefillLease = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<(Guid Network, Guid Site), bool> _missed = new();

    private readonly ConcurrentDictionary<Guid, bool> _lost = new();

    /// <summary>Asks for a network that the cache has lost to be written again, by the next repair: whoever noticed does not wait for it.</summary>
    public void RequestRebuild(Guid networkId) => _lost[networkId] = true;

    /// <summary>The places of a program changed.</summary>
    public async Task CountsChangedAsync(Guid networkId, Guid siteId, Guid programId, PlaceCounts counts)
    {
        if (!await cache.WriteCountsAsync(networkId, siteId, programId, counts))
        {
            _missed[(networkId, siteId)] = true;
        }
    }

    /// <summary>Sites are new, or were changed, or have new programs. It follows a commit, so it does not fail: what could not be done is done later.</summary>
    public async Task SitesChangedAsync(Guid networkId, IReadOnlyCollection<Guid> siteIds)
    {
        foreach (var batch in siteIds.Chunk(SitesAtOnce))
        {
            var written = false;
            try
            {
                written = await cache.WriteSitesAsync(networkId, await ReadAsync(networkId, batch, CancellationToken.None));
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                logger.LogWarning("The cache could not follow a change ({Failure}); it will.", e.GetType().Name);
            }

            if (!written)
            {
                foreach (var site in batch)
                {
                    _missed[(networkId, site)] = true;
                }
            }
        }
    }

    /// <summary>Writes what was missed or lost, as far as the cache answers again.</summary>
    public async Task RepairAsync(CancellationToken cancellationToken)
    {
        foreach (var network in _lost.Keys)
        {
            _lost.TryRemove(network, out _);
            await RebuildAsync(network, cancellationToken);
        }

        foreach (var network in _missed.Keys.GroupBy(missed => missed.Network, missed => missed.Site))
        {
            foreach (var batch in network.Chunk(SitesAtOnce))
            {
                // Forgotten before it is read: what is missed meanwhile is remembered again.
                foreach (var site in batch)
                {
                    _missed.TryRemove((network.Key, site), out _);
                }

                cancellationToken.ThrowIfCancellationRequested();
                await SitesChangedAsync(network.Key, batch);
            }
        }
    }

    /// <summary>The sites as the store has them now; written to the cache by the one reader that gets the lease of each.</summary>
    public async Task<IReadOnlyList<CachedSite>> RefillAsync(
        Guid networkId, IReadOnlyList<Guid> siteIds, CancellationToken cancellationToken)
    {
        var leased = new HashSet<Guid>();
        foreach (var id in siteIds)
        {
            if (await cache.TryLeaseAsync(networkId, $"site:{id:N}", RefillLease))
            {
                leased.Add(id);
            }
        }

        var sites = await ReadAsync(networkId, siteIds, cancellationToken);
        await cache.WriteSitesAsync(networkId, [.. sites.Where(site => leased.Contains(site.Id))]);
        return sites;
    }

    /// <summary>Writes all sites of a network that run programs, unless someone else is at it.</summary>
    private async Task RebuildAsync(Guid networkId, CancellationToken cancellationToken)
    {
        if (!await cache.TryLeaseAsync(networkId, "rebuild", RebuildLease))
        {
            return;
        }

        var ids = await database.ReadAsync(
            networkId, (db, ct) => db.Programs.Select(p => p.SiteId).Distinct().ToListAsync(ct), cancellationToken);
        foreach (var batch in ids.Chunk(SitesAtOnce))
        {
            if (!await cache.WriteSitesAsync(networkId, await ReadAsync(networkId, batch, cancellationToken)))
            {
                return;
            }
        }

        await cache.MarkCompleteAsync(networkId, ids.Count);
    }

    /// <summary>Sites with their programs and places, from the store; those without a program are left out.</summary>
    private Task<IReadOnlyList<CachedSite>> ReadAsync(
        Guid networkId, IReadOnlyCollection<Guid> siteIds, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<CachedSite>>(
            networkId,
            async (db, ct) =>
            {
                var programs = await (
                    from program in db.Programs
                    join capacity in db.Capacities on program.Id equals capacity.ProgramId
                    join site in db.Sites on program.SiteId equals site.Id
                    where siteIds.Contains(site.Id)
                    select new { Site = site, Program = program, Capacity = capacity }).ToListAsync(ct);
                return [.. programs
                    .GroupBy(row => row.Site.Id)
                    .Select(rows => new CachedSite(
                        rows.Key,
                        rows.First().Site.Version,
                        rows.First().Site.Name,
                        rows.First().Site.Point,
                        [.. rows.Select(row => new CachedProgram(
                            row.Program.Id, row.Program.Name, row.Program.Track, row.Program.AgeGroup, row.Capacity.Counts))]))];
            },
            cancellationToken);
}
