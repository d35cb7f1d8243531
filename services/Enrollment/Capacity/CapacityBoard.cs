using System.Collections.Concurrent;
using Platform.Enrollment.Sites;

namespace Platform.Enrollment.Capacity;

/// <summary>
/// The sites of one network with their programs and places, in memory. Readers take no lock: a site is immutable and is replaced
/// whole. Of two versions of a part the higher one stands, in whatever order they come.
/// </summary>
internal sealed class CapacityBoard
{
    private readonly ConcurrentDictionary<Guid, CachedSite> _sites = new();
    private readonly ConcurrentDictionary<Guid, Guid> _siteOfProgram = new();
    private readonly BoardGrid _grid = new();

    // Guarded by _write, as every change is.
    private readonly Lock _write = new();
    private readonly Dictionary<Guid, PlaceCounts> _early = [];
    private readonly HashSet<CapacityWatch> _watches = [];

    /// <summary>How many sites there are.</summary>
    public int Count => _sites.Count;

    /// <summary>Whether anyone watches it.</summary>
    public bool IsWatched
    {
        get
        {
            lock (_write)
            {
                return _watches.Count > 0;
            }
        }
    }

    /// <summary>All sites, in no order.</summary>
    public IReadOnlyCollection<CachedSite> Sites => [.. _sites.Values];

    /// <summary>A site; null when it is not known.</summary>
    public CachedSite? Site(Guid siteId) => _sites.GetValueOrDefault(siteId);

    /// <summary>The site of a program and its places; null when it is not known.</summary>
    public (Guid SiteId, PlaceCounts Counts)? Program(Guid programId) =>
        _siteOfProgram.TryGetValue(programId, out var siteId) && CountsIn(Site(siteId), programId) is { } counts
            ? (siteId, counts)
            : null;

    /// <summary>The sites within a radius with their distance, in no order.</summary>
    public IEnumerable<(CachedSite Site, double Miles)> Within(GeoPoint centre, double miles) => _grid.Within(centre, miles);

    /// <summary>The sites that have a program which is given from afar only, wherever they are.</summary>
    public IEnumerable<CachedSite> WithVirtualPrograms => _grid.WithVirtualPrograms;

    /// <summary>Takes over a change; false when all that it says is known, or older than what is.</summary>
    public bool Apply(CapacityChange change)
    {
        lock (_write)
        {
            return change switch
            {
                CountsWritten counts => Apply(counts),
                SiteWritten site => Apply(site),
                SiteRemoved removed => Apply(removed),
                _ => throw new ArgumentOutOfRangeException(nameof(change)),
            };
        }
    }

    /// <summary>Tells a watch of every change from now on.</summary>
    public void Add(CapacityWatch watch)
    {
        lock (_write)
        {
            _watches.Add(watch);
        }
    }

    /// <summary>Tells a watch nothing more.</summary>
    public void Remove(CapacityWatch watch)
    {
        lock (_write)
        {
            _watches.Remove(watch);
        }
    }

    private bool Apply(CountsWritten change)
    {
        if (!_sites.TryGetValue(change.SiteId, out var site) || site.Programs.All(p => p.Id != change.ProgramId))
        {
            // The site is on its way, and may bring older numbers.
            var isNews = !_early.TryGetValue(change.ProgramId, out var early) || early.Version < change.Counts.Version;
            if (isNews)
            {
                _early[change.ProgramId] = change.Counts;
            }

            return isNews;
        }

        var program = site.Programs.First(p => p.Id == change.ProgramId);
        if (program.Counts.Version >= change.Counts.Version)
        {
            return false;
        }

        Put(site with
        {
            Programs = [.. site.Programs.Select(p => p.Id == change.ProgramId ? p with { Counts = change.Counts } : p)],
        });
        return true;
    }

    private bool Apply(SiteWritten change)
    {
        var given = change.Site;
        var known = _sites.GetValueOrDefault(given.Id);
        var replaced = change.Replaces;
        var factsStand = known is not null && Stands(known.Version, given.Version, replaced?.Version);
        var facts = factsStand ? known! : given;
        var isNews = !factsStand;
        var programs = new List<CachedProgram>(facts.Programs.Count);
        foreach (var program in facts.Programs)
        {
            var knownCounts = CountsIn(known, program.Id) ?? (_early.Remove(program.Id, out var early) ? early : null);
            var givenCounts = CountsIn(given, program.Id);
            var countsStand = givenCounts is null
                || (knownCounts is not null
                    && Stands(knownCounts.Value.Version, givenCounts.Value.Version, CountsIn(replaced, program.Id)?.Version));
            isNews |= !countsStand;
            programs.Add(program with { Counts = countsStand ? knownCounts ?? program.Counts : givenCounts!.Value });
        }

        if (isNews)
        {
            Put(facts with { Programs = programs });
        }

        return isNews;
    }

    private bool Apply(SiteRemoved change)
    {
        if (!_sites.TryRemove(change.SiteId, out var site))
        {
            return false;
        }

        foreach (var program in site.Programs)
        {
            _siteOfProgram.TryRemove(program.Id, out _);
        }

        _grid.Remove(site);
        Tell(site, null);
        return true;
    }

    private void Put(CachedSite site)
    {
        var known = _sites.GetValueOrDefault(site.Id);
        _grid.Put(known, site);
        _sites[site.Id] = site;
        foreach (var program in site.Programs)
        {
            _siteOfProgram[program.Id] = site.Id;
        }

        Tell(known, site);
    }

    private void Tell(CachedSite? before, CachedSite? after)
    {
        foreach (var watch in _watches)
        {
            watch.Note(before, after);
        }
    }

    private static bool Stands(long known, long given, long? givesWay) => known >= given && known != givesWay;

    private static PlaceCounts? CountsIn(CachedSite? site, Guid programId) =>
        site?.Programs.FirstOrDefault(p => p.Id == programId)?.Counts;
}
