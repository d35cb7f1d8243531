using Microsoft.EntityFrameworkCore;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Capacity;

/// <summary>The places of one program, from the cache where it has them.</summary>
internal sealed class CapacityLookup(Database<EnrollmentDbContext> database, ICapacityCache cache, CapacityMirror mirror)
{
    /// <summary>The site of a program and its places; null when there is no such program in the network.</summary>
    public async Task<(Guid SiteId, PlaceCounts Counts)?> FindAsync(
        Guid networkId, Guid programId, CancellationToken cancellationToken)
    {
        var siteId = await cache.SiteOfProgramAsync(networkId, programId)
            ?? await database.ReadAsync(
                networkId,
                (db, ct) => db.Programs.Where(p => p.Id == programId).Select(p => (Guid?)p.SiteId).SingleOrDefaultAsync(ct),
                cancellationToken);
        if (siteId is not { } site)
        {
            return null;
        }

        var known = (await cache.SitesAsync(networkId, [site])).GetValueOrDefault(site)?.Programs.FirstOrDefault(p => p.Id == programId)
            ?? (await mirror.RefillAsync(networkId, [site], cancellationToken)).SelectMany(s => s.Programs).First(p => p.Id == programId);
        return (site, known.Counts);
    }
}
