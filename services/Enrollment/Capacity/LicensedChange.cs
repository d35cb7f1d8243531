using Platform.Shared.Persistence;

namespace Platform.Enrollment.Capacity;

/// <summary>
/// From a day on a program was licensed for so many places, until its next change: what occupancy on a day is measured by. Of
/// several changes on a day the last one stands. A program without any has had its present number since it was opened.
/// </summary>
internal sealed class LicensedChange : ITenantOwned
{
    /// <summary>The day from which a number stands that was there before changes were kept.</summary>
    public static readonly DateOnly Beginning = new(1900, 1, 1);

    public Guid NetworkId { get; init; }

    public Guid ProgramId { get; init; }

    public Guid SiteId { get; init; }

    /// <summary>Site-local day.</summary>
    public DateOnly From { get; init; }

    /// <summary>Places, never fewer than were taken or held.</summary>
    public int Licensed { get; init; }
}
