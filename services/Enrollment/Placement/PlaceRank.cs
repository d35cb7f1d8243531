using System.Runtime.InteropServices;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Sites;

namespace Platform.Enrollment.Placement;

/// <summary>Where a place stands among those found; the lower comes first.</summary>
/// <param name="Key">What the search is ordered by.</param>
/// <param name="Miles">Then the nearer.</param>
/// <param name="Name">Then by the program's name.</param>
/// <param name="ProgramId">Then always the same.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PlaceRank(double Key, double Miles, string Name, Guid ProgramId) : IComparable<PlaceRank>
{
    /// <summary>Share of the distance in the score of 100.</summary>
    private const double Distance = 50;

    /// <summary>Share of the wait.</summary>
    private const double Wait = 25;

    /// <summary>Share of the fit.</summary>
    private const double Fit = 25;

    /// <summary>
    /// The score of a place, 0 to 100: 50 for the distance (all at no distance or from afar, none at the edge of the radius), 25
    /// for the wait (all for an open place now, half for a week, none when it is not known), 25 for the fit.
    /// </summary>
    public static double Score(PlaceCriteria criteria, CachedProgram program, double miles, int? waitDays, double fit)
    {
        var near = program.Delivery == Delivery.Virtual ? 1 : 1 - (miles / criteria.Miles);
        var soon = waitDays is { } days ? 1 / (1 + (days / 7.0)) : 0;
        return (Distance * near) + (Wait * soon) + (Fit * fit);
    }

    /// <summary>The rank of a place with its score.</summary>
    public static PlaceRank Of(PlaceCriteria criteria, CachedProgram program, double miles, int? waitDays, double score) => new(
        criteria.Order switch
        {
            PlaceOrder.Distance => miles,
            PlaceOrder.Wait => waitDays ?? double.PositiveInfinity,
            _ => -score,
        },
        miles,
        program.Name,
        program.Id);

    /// <inheritdoc/>
    public int CompareTo(PlaceRank other)
    {
        var order = Key.CompareTo(other.Key);
        order = order != 0 ? order : Miles.CompareTo(other.Miles);
        order = order != 0 ? order : string.CompareOrdinal(Name, other.Name);
        return order != 0 ? order : ProgramId.CompareTo(other.ProgramId);
    }
}
