using System.Runtime.InteropServices;
using Platform.Enrollment.Sites;

namespace Platform.Enrollment.Capacity;

/// <summary>A site as the cache knows it, with its programs and their places.</summary>
/// <param name="Id">The site.</param>
/// <param name="Version">Version of the site.</param>
/// <param name="Name">Display name.</param>
/// <param name="Point">Where it is.</param>
/// <param name="Programs">Its programs.</param>
internal sealed record CachedSite(Guid Id, long Version, string Name, GeoPoint Point, IReadOnlyList<CachedProgram> Programs);

/// <summary>A program as the cache knows it: its places, and what decides whom it suits.</summary>
/// <param name="Id">The program.</param>
/// <param name="Name">Display name.</param>
/// <param name="Track">What it treats.</param>
/// <param name="AgeGroup">Whom it treats.</param>
/// <param name="Counts">Its places.</param>
internal sealed record CachedProgram(Guid Id, string Name, Track Track, AgeGroup AgeGroup, PlaceCounts Counts);

/// <summary>A site near a point.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="Miles">Distance as the crow flies.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct NearSite(Guid SiteId, double Miles);

/// <summary>
/// A fast copy of the places, which may be empty, old or gone at any time: whoever reads it can go to the store instead, and nobody
/// decides by it. Of two writes the one with the higher version stands, in whatever order they arrive. No method throws
/// because the cache does not answer.
/// </summary>
internal interface ICapacityCache
{
    /// <summary>Writes the places of one program, unless newer ones are known; false when the cache did not answer.</summary>
    Task<bool> WriteCountsAsync(Guid networkId, Guid siteId, Guid programId, PlaceCounts counts);

    /// <summary>Writes sites whole, each part unless a newer one is known; false when the cache did not answer.</summary>
    Task<bool> WriteSitesAsync(Guid networkId, IReadOnlyList<CachedSite> sites);

    /// <summary>Notes that all sites of a network that run programs have been written, and how many there are.</summary>
    Task MarkCompleteAsync(Guid networkId, int sites);

    /// <summary>Takes a lease that nobody else gets for as long as it lasts; false when it is taken or the cache did not answer.</summary>
    Task<bool> TryLeaseAsync(Guid networkId, string what, TimeSpan duration);

    /// <summary>The sites within a radius, nearest first; null unless all sites of the network are known.</summary>
    Task<IReadOnlyList<NearSite>?> NearAsync(Guid networkId, GeoPoint centre, double miles);

    /// <summary>Those of the given sites that are known whole.</summary>
    Task<IReadOnlyDictionary<Guid, CachedSite>> SitesAsync(Guid networkId, IReadOnlyList<Guid> siteIds);

    /// <summary>The site of a program; null when it is not known.</summary>
    Task<Guid?> SiteOfProgramAsync(Guid networkId, Guid programId);
}
