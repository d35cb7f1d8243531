using System.Globalization;
using Platform.Enrollment.Placement;

namespace Platform.Enrollment.Sites.Import;

/// <content>Where a facility is.</content>
internal sealed partial class FacilityParser
{
    private GeoPoint Point(string state)
    {
        var before = _reasons.Count;
        var point = new GeoPoint(Degrees(FacilityFields.Latitude, 90), Degrees(FacilityFields.Longitude, 180));
        if (_reasons.Count == before && UsPlaces.IsState(state) && UsPlaces.TimeZoneAt(state, point) is null)
        {
            Fail("latitude, longitude", $"do not lie in {state}");
        }

        return point;
    }

    /// <summary>
    /// Where the ZIP lies, for a row that does not say where it is. Its middle may lie on the other side of a time zone's line that
    /// the facility does not, so where a state keeps several the row must say which.
    /// </summary>
    private GeoPoint PointOf(string zip, string state, string? zone)
    {
        if (!SiteIdentifiers.IsZip(zip) || !UsPlaces.IsState(state))
        {
            // What is wrong with them has been said.
            return default;
        }

        if (ZipCentroids.Find(zip) is not { } place)
        {
            Fail("latitude, longitude", "are required: where the ZIP lies is not known");
            return default;
        }

        if (UsPlaces.TimeZoneAt(state, place.Point) is null)
        {
            Fail(FacilityFields.Zip, $"does not lie in {state}");
        }
        else if (zone is null && UsPlaces.OnlyTimeZoneOf(state) is null)
        {
            Fail(FacilityFields.TimeZone, $"is required without latitude and longitude: {state} keeps more than one");
        }

        return place.Point;
    }

    private double Degrees(string column, double limit)
    {
        var text = _raw[column];
        if (double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var degrees)
            && Math.Abs(degrees) <= limit)
        {
            return degrees;
        }

        Fail(column, text.Length == 0 ? "is required" : $"must be decimal degrees from -{limit} to {limit}");
        return 0;
    }
}
