using System.Runtime.InteropServices;
using Platform.Enrollment.Sites;

namespace Platform.Enrollment.Capacity;

/// <summary>
/// A point on the earth as a vector of length 1 from its centre. The straight line (chord) between two such points grows with the
/// way over the ground, and takes six operations to compare where the haversine takes as many functions.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct UnitVector(double X, double Y, double Z)
{
    /// <summary>The vector of a point.</summary>
    public static UnitVector Of(GeoPoint point)
    {
        var (latitude, longitude) = (double.DegreesToRadians(point.Latitude), double.DegreesToRadians(point.Longitude));
        return new(Math.Cos(latitude) * Math.Cos(longitude), Math.Cos(latitude) * Math.Sin(longitude), Math.Sin(latitude));
    }

    /// <summary>The square of the chord that spans so many miles over the ground.</summary>
    public static double ChordSquared(double miles)
    {
        var half = Math.Sin(Math.Min(Math.PI, miles / GeoPoint.EarthRadiusMiles) / 2);
        return 4 * half * half;
    }

    /// <summary>The miles over the ground that a chord spans, given its square.</summary>
    public static double Miles(double chordSquared) =>
        2 * GeoPoint.EarthRadiusMiles * Math.Asin(Math.Min(1, Math.Sqrt(chordSquared) / 2));

    /// <summary>The square of the chord to another point.</summary>
    public double ChordSquaredTo(UnitVector other)
    {
        var (x, y, z) = (X - other.X, Y - other.Y, Z - other.Z);
        return (x * x) + (y * y) + (z * z);
    }
}
