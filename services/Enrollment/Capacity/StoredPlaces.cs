using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Sites;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Capacity;

/// <summary>The versions of a program in the store.</summary>
/// <param name="SiteId">Its site.</param>
/// <param name="SiteVersion">Version of the site.</param>
/// <param name="ProgramVersion">Version of the program.</param>
/// <param name="ProgramId">The program.</param>
/// <param name="CountsVersion">Version of its places.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StoredVersion(Guid SiteId, long SiteVersion, long ProgramVersion, Guid ProgramId, long CountsVersion);

/// <summary>Sites with their programs and places from the store, in the form in which the cache knows them. Sites without a program are left out.</summary>
internal sealed class StoredPlaces(Database<EnrollmentDbContext> database)
{
    private const int SitesAtOnce = 500;

    /// <summary>These sites.</summary>
    public async Task<IReadOnlyList<CachedSite>> ReadAsync(
        Guid networkId, IReadOnlyCollection<Guid> siteIds, CancellationToken cancellationToken)
    {
        var found = new List<CachedSite>(siteIds.Count);
        foreach (var batch in siteIds.Chunk(SitesAtOnce))
        {
            found.AddRange(await ReadAsync(networkId, db => db.Sites.Where(site => batch.Contains(site.Id)), cancellationToken));
        }

        return found;
    }

    /// <summary>The sites that may lie within a radius, and when asked for those that have a program which is given from afar only.</summary>
    public async Task<IReadOnlyList<CachedSite>> AroundAsync(
        Guid networkId, GeoPoint centre, double miles, bool andAfar, CancellationToken cancellationToken)
    {
        var (latitude, longitude) = centre.DegreesAround(miles);
        var (south, north) = (centre.Latitude - latitude, centre.Latitude + latitude);
        var (west, east) = (centre.Longitude - longitude, centre.Longitude + longitude);
        var near = await ReadAsync(
            networkId,
            db => db.Sites.Where(site =>
                site.Latitude >= south && site.Latitude <= north
                && ((site.Longitude >= west && site.Longitude <= east)
                    || site.Longitude <= east - 360 || site.Longitude >= west + 360)),
            cancellationToken);
        if (!andAfar)
        {
            return near;
        }

        // By itself, so that each of the two finds its sites by an index.
        var afar = await ReadAsync(
            networkId,
            db => db.Sites.Where(site => db.Programs.Any(program => program.SiteId == site.Id && program.Delivery == Delivery.Virtual)),
            cancellationToken);
        return [.. near, .. afar.ExceptBy(near.Select(site => site.Id), site => site.Id)];
    }

    /// <summary>The site of a program and its places; null when there is no such program.</summary>
    public Task<(Guid SiteId, PlaceCounts Counts)?> ProgramAsync(Guid networkId, Guid programId, CancellationToken cancellationToken) =>
        database.ReadAsync<(Guid, PlaceCounts)?>(
            networkId,
            async (db, ct) => await db.Capacities.SingleOrDefaultAsync(c => c.ProgramId == programId, ct) is { } capacity
                ? (capacity.SiteId, capacity.Counts)
                : null,
            cancellationToken);

    /// <summary>The versions of all programs of a network: little beside the programs themselves.</summary>
    public Task<List<StoredVersion>> VersionsAsync(Guid networkId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            networkId,
            (db, ct) => (
                from program in db.Programs
                join capacity in db.Capacities on program.Id equals capacity.ProgramId
                join site in db.Sites on program.SiteId equals site.Id
                select new StoredVersion(site.Id, site.Version, program.Version, program.Id, capacity.Version)).ToListAsync(ct),
            cancellationToken);

    private Task<IReadOnlyList<CachedSite>> ReadAsync(
        Guid networkId, Func<EnrollmentDbContext, IQueryable<Site>> sites, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<CachedSite>>(
            networkId,
            async (db, ct) =>
            {
                // One query, one view: the numbers of a site and its programs belong together.
                var rows = await (
                    from site in sites(db)
                    join program in db.Programs on site.Id equals program.SiteId
                    join capacity in db.Capacities on program.Id equals capacity.ProgramId
                    select new { Site = site, Program = program, Capacity = capacity }).ToListAsync(ct);
                return [.. rows
                    .GroupBy(row => row.Site.Id)
                    .Select(group => CachedSite.From(group.First().Site, group.Select(row => (row.Program, row.Capacity))))];
            },
            cancellationToken);
}
