using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.InteropServices;
using Platform.Enrollment.Sites;

namespace Platform.Enrollment.Placement;

/// <summary>A place that a ZIP code stands for.</summary>
/// <param name="Point">Its middle.</param>
/// <param name="IsWhole">Whether the ZIP code itself is known; else this is the middle of those that share its first three digits.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ZipPlace(GeoPoint Point, bool IsWhole);

/// <summary>
/// Where ZIP codes lie. The data is <c>zip-centroids.csv</c>, which says where it is from. The first three digits of a ZIP code are
/// the sorting centre that serves it, so the middle of its neighbours is near; that serves codes without an area of their own.
/// </summary>
internal static class ZipCentroids
{
    private static readonly Lazy<FrozenDictionary<int, GeoPoint>> Zips = new(Load);
    private static readonly Lazy<FrozenDictionary<int, GeoPoint>> Prefixes = new(() => Zips.Value
        .GroupBy(zip => zip.Key / 100, zip => zip.Value)
        .ToFrozenDictionary(
            group => group.Key, group => new GeoPoint(group.Average(p => p.Latitude), group.Average(p => p.Longitude))));

    /// <summary>Where a ZIP code lies; null when nothing near it is known.</summary>
    /// <param name="zip">Five digits, or nine with or without a hyphen.</param>
    public static ZipPlace? Find(string zip)
    {
        if (!IsZip(zip))
        {
            return null;
        }

        var number = int.Parse(zip.AsSpan(0, 5), NumberStyles.None, CultureInfo.InvariantCulture);
        return Zips.Value.TryGetValue(number, out var point) ? new ZipPlace(point, IsWhole: true)
            : Prefixes.Value.TryGetValue(number / 100, out var middle) ? new ZipPlace(middle, IsWhole: false)
            : null;
    }

    /// <summary>Whether a text has the form of a ZIP code.</summary>
    public static bool IsZip(string text) => text.Length switch
    {
        5 or 9 => text.All(char.IsAsciiDigit),
        10 => text[5] == '-' && text.Remove(5, 1).All(char.IsAsciiDigit),
        _ => false,
    };

    private static FrozenDictionary<int, GeoPoint> Load()
    {
        using var stream = typeof(ZipCentroids).Assembly.GetManifestResourceStream("zip-centroids.csv")!;
        using var reader = new StreamReader(stream);
        var zips = new Dictionary<int, GeoPoint>(34_000);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
            {
                continue;
            }

            var fields = line.Split(',');
            zips.Add(
                int.Parse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture),
                new GeoPoint(double.Parse(fields[1], CultureInfo.InvariantCulture), double.Parse(fields[2], CultureInfo.InvariantCulture)));
        }

        return zips.ToFrozenDictionary();
    }
}
