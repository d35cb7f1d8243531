using System.Collections.Concurrent;
using Platform.Enrollment.Sites;

namespace Platform.Enrollment.Capacity;

/// <summary>
/// Sites by where they are, in cells of half a degree, so that a search measures only what lies about it. Readers take no lock: a
/// cell is replaced whole. One writer at a time.
/// </summary>
internal sealed class BoardGrid
{
    private const double Degrees = 0.5;
    private const int Columns = (int)(360 / Degrees);
    private readonly ConcurrentDictionary<int, (CachedSite Site, UnitVector At)[]> _cells = new();
    private readonly ConcurrentDictionary<Guid, CachedSite> _virtual = new();

    /// <summary>The sites that have a program which is given from afar only.</summary>
    public IEnumerable<CachedSite> WithVirtualPrograms => _virtual.Values;

    /// <summary>The sites within a radius with their distance, in no order.</summary>
    public IEnumerable<(CachedSite Site, double Miles)> Within(GeoPoint centre, double miles)
    {
        var (height, width) = centre.DegreesAround(miles);
        var (south, north) = (Row(centre.Latitude - height), Row(centre.Latitude + height));
        var (west, east) = ((int)Math.Floor((centre.Longitude - width + 180) / Degrees), (int)Math.Floor((centre.Longitude + width + 180) / Degrees));
        east = Math.Min(east, west + Columns - 1);
        var from = UnitVector.Of(centre);
        var reach = UnitVector.ChordSquared(miles);
        for (var row = south; row <= north; row++)
        {
            for (var column = west; column <= east; column++)
            {
                if (!_cells.TryGetValue(Cell(row, column), out var cell))
                {
                    continue;
                }

                foreach (var (site, at) in cell)
                {
                    var chord = from.ChordSquaredTo(at);
                    if (chord <= reach)
                    {
                        yield return (site, UnitVector.Miles(chord));
                    }
                }
            }
        }
    }

    /// <summary>Puts a site where it is now, in place of what was known of it.</summary>
    public void Put(CachedSite? known, CachedSite site)
    {
        var cell = CellOf(site.Point);
        if (known is not null && CellOf(known.Point) != cell)
        {
            Remove(known);
        }

        var entry = (site, UnitVector.Of(site.Point));
        var sites = _cells.GetValueOrDefault(cell, []);
        var index = Array.FindIndex(sites, other => other.Site.Id == site.Id);
        if (index < 0)
        {
            _cells[cell] = [.. sites, entry];
        }
        else
        {
            var copy = ((CachedSite, UnitVector)[])sites.Clone();
            copy[index] = entry;
            _cells[cell] = copy;
        }

        if (site.Programs.Any(p => p.Delivery == Delivery.Virtual))
        {
            _virtual[site.Id] = site;
        }
        else
        {
            _virtual.TryRemove(site.Id, out _);
        }
    }

    /// <summary>Takes a site away.</summary>
    public void Remove(CachedSite known)
    {
        var cell = CellOf(known.Point);
        _cells[cell] = Array.FindAll(_cells.GetValueOrDefault(cell, []), other => other.Site.Id != known.Id);
        _virtual.TryRemove(known.Id, out _);
    }

    private static int CellOf(GeoPoint point) => Cell(Row(point.Latitude), (int)Math.Floor((point.Longitude + 180) / Degrees));

    private static int Row(double latitude) => (int)Math.Floor((latitude + 90) / Degrees);

    /// <summary>Columns go around the earth.</summary>
    private static int Cell(int row, int column) => (row * Columns) + (((column % Columns) + Columns) % Columns);
}
