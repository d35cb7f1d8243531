using Platform.Shared.Persistence;

namespace Platform.Enrollment.Sites;

/// <summary>A program that a site runs. Its places are counted in <see cref="Capacity.ProgramCapacity"/>, which is contested; this is not.</summary>
internal sealed class CareProgram : ITenantOwned
{
    /// <summary>Places that a program can be licensed for, at the most.</summary>
    public const int MostPlaces = 10_000;

    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid SiteId { get; init; }

    /// <summary>Display name; unlike any other at the site.</summary>
    public string Name { get; init; } = string.Empty;

    public Track Track { get; init; }

    public AgeGroup AgeGroup { get; init; }
}
