using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Regions;

namespace Platform.Enrollment.Sites.Import;

/// <summary>A program that is open, with its places.</summary>
/// <param name="Program">The program.</param>
/// <param name="Counts">Its places when the import began.</param>
/// <param name="ChangesNow">Whether the day of a scheduled number has come that nobody applied yet.</param>
internal sealed record KnownProgram(CareProgram Program, PlaceCounts Counts, bool ChangesNow);

/// <summary>
/// The sites of a network as an import finds them. A row is a known site when they share the publisher's id, or, where one of them
/// has none, when name, address and type are the same. Two rows with different ids are two facilities, whatever else they share.
/// </summary>
internal sealed class KnownSites
{
    private readonly Dictionary<string, Site> _byExternalId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Site>> _byNaturalKey = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, List<FacilityRow>> _rows = [];
    private readonly ILookup<Guid, KnownProgram> _programs;

    private readonly Dictionary<string, Guid> _regions = new(StringComparer.OrdinalIgnoreCase);

    private KnownSites(IEnumerable<Site> sites, ILookup<Guid, KnownProgram> programs, IEnumerable<Region> regions)
    {
        _programs = programs;
        foreach (var region in regions.OrderByDescending(r => r.Id))
        {
            // Of two names that differ in case alone, the older region.
            Note(region);
        }

        foreach (var site in sites)
        {
            Index(site);
        }
    }

    /// <summary>Reads all sites of the network, to be changed, their programs and the regions.</summary>
    public static async Task<KnownSites> LoadAsync(EnrollmentDbContext db, CancellationToken cancellationToken)
    {
        var programs = await (
            from program in db.Programs.AsTracking()
            join capacity in db.Capacities on program.Id equals capacity.ProgramId
            select new { Program = program, capacity.Licensed, capacity.Occupied, capacity.Held, capacity.Version, capacity.ChangesAt })
            .ToListAsync(cancellationToken);
        return new KnownSites(
            await db.Sites.AsTracking().ToListAsync(cancellationToken),
            programs.ToLookup(
                row => row.Program.SiteId,
                row => new KnownProgram(
                    row.Program, new PlaceCounts(row.Licensed, row.Occupied, row.Held, row.Version), row.ChangesAt <= db.Now)),
            await db.Regions.ToListAsync(cancellationToken));
    }

    /// <summary>The site that a row is about; null when it is not known yet.</summary>
    public Site? Find(FacilityRow row)
    {
        if (row.ExternalId is not null && _byExternalId.TryGetValue(row.ExternalId, out var site))
        {
            return site;
        }

        return _byNaturalKey.TryGetValue(row.NaturalKey, out var alike)
            ? alike.Find(other => row.ExternalId is null || other.ExternalId is null)
            : null;
    }

    /// <summary>The region of a name, in whatever case; null when there is none.</summary>
    public Guid? RegionOf(string name) => _regions.TryGetValue(name, out var id) ? id : null;

    /// <summary>Notes a region that was made.</summary>
    public void Note(Region region) => _regions[region.Name] = region.Id;

    /// <summary>The rows of this file that were taken for a site before.</summary>
    public IReadOnlyList<FacilityRow> RowsOf(Site site) => _rows.GetValueOrDefault(site.Id, []);

    /// <summary>The programs of a site when the import began.</summary>
    public IReadOnlyList<KnownProgram> ProgramsOf(Guid siteId) => [.. _programs[siteId]];

    /// <summary>Notes that a row was taken for a site.</summary>
    public void Note(Site site, FacilityRow row)
    {
        if (!_rows.TryGetValue(site.Id, out var rows))
        {
            _rows[site.Id] = rows = [];
        }

        rows.Add(row);
        Index(site);
    }

    private void Index(Site site)
    {
        if (site.ExternalId is not null)
        {
            _byExternalId[site.ExternalId] = site;
        }

        if (!_byNaturalKey.TryGetValue(site.NaturalKey, out var alike))
        {
            _byNaturalKey[site.NaturalKey] = alike = [];
        }

        if (!alike.Contains(site))
        {
            alike.Add(site);
        }
    }
}
