using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Sites;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Placement;

/// <summary>Where a place is looked for, and for whom.</summary>
/// <param name="Centre">Near which point.</param>
/// <param name="Miles">How far away at the most.</param>
/// <param name="Track">What the program must treat; null is any.</param>
/// <param name="AgeGroup">Whom it must treat; null is any.</param>
/// <param name="Limit">How many places at the most.</param>
/// <param name="Sites">The only sites that count; null for all of the network.</param>
internal sealed record PlaceCriteria(
    GeoPoint Centre, double Miles, Track? Track, AgeGroup? AgeGroup, int Limit, IReadOnlySet<Guid>? Sites)
{
    /// <summary>Whether a program has an open place and suits.</summary>
    public bool Admits(CachedProgram program) =>
        program.Counts.Open > 0
        && (Track is null || Track == program.Track)
        && (AgeGroup is null || AgeGroup == program.AgeGroup);
}

/// <summary>A program with an open place.</summary>
/// <param name="Site">The site.</param>
/// <param name="Program">The program.</param>
/// <param name="Miles">Distance as the crow flies.</param>
internal sealed record FoundPlace(CachedSite Site, CachedProgram Program, double Miles);

/// <summary>
/// Finds the nearest programs with an open place. The cache answers; what it has lost comes from the store, and when it has lost
/// the network or does not answer, all does. The answer is a hint: an offer decides.
/// </summary>
internal sealed class PlaceSearch(Database<EnrollmentDbContext> database, ICapacityCache cache, CapacityMirror mirror)
{
    private const int SitesAtOnce = 64;

    /// <summary>The places that meet <paramref name="criteria"/>, nearest first.</summary>
    public async Task<IReadOnlyList<FoundPlace>> FindAsync(Guid networkId, PlaceCriteria criteria, CancellationToken cancellationToken)
    {
        var near = await cache.NearAsync(networkId, criteria.Centre, criteria.Miles);
        if (near is null)
        {
            mirror.RequestRebuild(networkId);
            return await FindInStoreAsync(networkId, criteria, cancellationToken);
        }

        var found = new List<FoundPlace>();
        foreach (var batch in near.Where(site => criteria.Sites?.Contains(site.SiteId) != false).Chunk(SitesAtOnce))
        {
            var ids = Array.ConvertAll(batch, site => site.SiteId);
            var known = new Dictionary<Guid, CachedSite>(await cache.SitesAsync(networkId, ids));
            var missing = ids.Where(id => !known.ContainsKey(id)).ToList();
            if (missing.Count > 0)
            {
                foreach (var site in await mirror.RefillAsync(networkId, missing, cancellationToken))
                {
                    known[site.Id] = site;
                }
            }

            found.AddRange(
                from site in batch
                where known.ContainsKey(site.SiteId)
                from program in known[site.SiteId].Programs
                where criteria.Admits(program)
                orderby site.Miles, program.Name
                select new FoundPlace(known[site.SiteId], program, site.Miles));
            if (found.Count >= criteria.Limit)
            {
                break;
            }
        }

        return [.. found.Take(criteria.Limit)];
    }

    private async Task<IReadOnlyList<FoundPlace>> FindInStoreAsync(
        Guid networkId, PlaceCriteria criteria, CancellationToken cancellationToken)
    {
        var (latitude, longitude) = criteria.Centre.DegreesAround(criteria.Miles);
        var (south, north) = (criteria.Centre.Latitude - latitude, criteria.Centre.Latitude + latitude);
        var (west, east) = (criteria.Centre.Longitude - longitude, criteria.Centre.Longitude + longitude);
        var rows = await database.ReadAsync(
            networkId,
            (db, ct) => (
                from site in db.Sites
                join program in db.Programs on site.Id equals program.SiteId
                join capacity in db.Capacities on program.Id equals capacity.ProgramId
                where site.Latitude >= south && site.Latitude <= north
                    && site.Longitude >= west && site.Longitude <= east
                    && capacity.Occupied + capacity.Held < capacity.Licensed
                select new { Site = site, Program = program, Capacity = capacity }).ToListAsync(ct),
            cancellationToken);
        return [.. (
            from row in rows
            where criteria.Sites?.Contains(row.Site.Id) != false
            let program = new CachedProgram(
                row.Program.Id, row.Program.Name, row.Program.Track, row.Program.AgeGroup, row.Capacity.Counts)
            let miles = criteria.Centre.MilesTo(row.Site.Point)
            where miles <= criteria.Miles && criteria.Admits(program)
            orderby miles, program.Name
            select new FoundPlace(
                new CachedSite(row.Site.Id, row.Site.Version, row.Site.Name, row.Site.Point, [program]), program, miles))
            .Take(criteria.Limit)];
    }
}
