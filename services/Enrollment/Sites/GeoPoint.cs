using System.Runtime.InteropServices;

namespace Platform.Enrollment.Sites;

/// <summary>A point on the earth, in degrees of WGS 84.</summary>
/// <param name="Latitude">Degrees north.</param>
/// <param name="Longitude">Degrees east.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct GeoPoint(double Latitude, double Longitude)
{
    /// <summary>The earth's radius as Redis takes it, in miles of 1,609.344 m, so that every way of searching gives the same distance.</summary>
    public const double EarthRadiusMiles = 6_372_797.560856 / 1_609.344;

    /// <summary>Distance as the crow flies, in miles (haversine).</summary>
    public double MilesTo(GeoPoint other)
    {
        var u = Math.Sin(Radians(other.Latitude - Latitude) / 2);
        var v = Math.Sin(Radians(other.Longitude - Longitude) / 2);
        var h = (u * u) + (Math.Cos(Radians(Latitude)) * Math.Cos(Radians(other.Latitude)) * v * v);
        return 2 * EarthRadiusMiles * Math.Asin(Math.Min(1, Math.Sqrt(h)));
    }

    /// <summary>
    /// How far the points within <paramref name="miles"/> can lie away, in degrees of latitude and of longitude; a box around the
    /// circle, for an index to cut down what is measured.
    /// </summary>
    public (double Latitude, double Longitude) DegreesAround(double miles)
    {
        var angle = miles / EarthRadiusMiles;
        var latitude = angle * 180 / Math.PI;
        var nearestPole = Math.Min(89.9, Math.Abs(Latitude) + latitude);
        return (latitude, Math.Min(180, latitude / Math.Cos(Radians(nearestPole))));
    }

    private static double Radians(double degrees) => degrees * Math.PI / 180;
}
