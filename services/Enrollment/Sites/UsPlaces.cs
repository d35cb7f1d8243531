using System.Collections.Frozen;
using System.Globalization;

namespace Platform.Enrollment.Sites;

/// <summary>
/// States and territories of the United States: which there are, where they lie, and which time zone is kept where. The data is
/// <c>us-time-zones.csv</c>, which says where its lines were drawn.
/// </summary>
internal static class UsPlaces
{
    private static readonly FrozenDictionary<string, Area[]> Areas = Load();

    /// <summary>Whether <paramref name="state"/> is the two-letter code of a state, a territory or the District of Columbia.</summary>
    public static bool IsState(string state) => Areas.ContainsKey(state);

    /// <summary>The IANA time zone kept at a point of a state; null when the point does not lie in the state.</summary>
    public static string? TimeZoneAt(string state, GeoPoint point) =>
        Areas.TryGetValue(state, out var areas) ? Array.Find(areas, area => area.Contains(point))?.Zone : null;

    /// <summary>The IANA time zone of a state that keeps one; null when it keeps several, or is none.</summary>
    public static string? OnlyTimeZoneOf(string state) =>
        Areas.TryGetValue(state, out var areas) && Array.TrueForAll(areas, area => area.Zone == areas[0].Zone) ? areas[0].Zone : null;

    private static FrozenDictionary<string, Area[]> Load()
    {
        using var stream = typeof(UsPlaces).Assembly.GetManifestResourceStream("us-time-zones.csv")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(','))
            .GroupBy(fields => fields[0], fields => new Area(
                fields[1], Number(fields[2]), Number(fields[3]), Number(fields[4]), Number(fields[5])))
            .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
    }

    private static double Number(string field) => double.Parse(field, CultureInfo.InvariantCulture);

    private sealed record Area(string Zone, double South, double North, double West, double East)
    {
        public bool Contains(GeoPoint point) =>
            point.Latitude >= South && point.Latitude <= North && point.Longitude >= West && point.Longitude <= East;
    }
}
