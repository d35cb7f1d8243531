using System.Text.Json.Serialization;

namespace Platform.Enrollment.Capacity;

/// <summary>What was written to the cache, as everyone who follows it hears it.</summary>
[JsonDerivedType(typeof(CountsWritten), "counts")]
[JsonDerivedType(typeof(SiteWritten), "site")]
[JsonDerivedType(typeof(SiteRemoved), "removed")]
internal abstract record CapacityChange;

/// <summary>The places of a program.</summary>
/// <param name="SiteId">Its site.</param>
/// <param name="ProgramId">The program.</param>
/// <param name="Counts">Its places.</param>
internal sealed record CountsWritten(Guid SiteId, Guid ProgramId, PlaceCounts Counts) : CapacityChange;

/// <summary>A site whole.</summary>
/// <param name="Site">The site as the store has it.</param>
/// <param name="Replaces">
/// What the cache had and the store has not, with higher versions: the database was restored from a backup. Of it, exactly these
/// versions give way. Null when nothing was amiss.
/// </param>
internal sealed record SiteWritten(CachedSite Site, CachedSite? Replaces = null) : CapacityChange;

/// <summary>A site that the store does not have any more: the database was restored from a backup that is older than the site.</summary>
/// <param name="SiteId">The site.</param>
internal sealed record SiteRemoved(Guid SiteId) : CapacityChange;

/// <summary>
/// A fast copy of the places, shared by all processes, which may be empty, old, ahead of the store or gone at any time: whoever
/// reads it checks it against the store's versions, and nobody decides by it. Of two writes the one with the higher version
/// stands, in whatever order they arrive. No method throws because the cache does not answer.
/// </summary>
internal interface ICapacityCache
{
    /// <summary>How often what is written may have gone unheard so far; whoever follows takes stock again when it has grown.</summary>
    long Interruptions { get; }

    /// <summary>Writes the places of one program, unless newer ones are known; false when the cache did not answer.</summary>
    Task<bool> WriteCountsAsync(Guid networkId, CountsWritten change);

    /// <summary>Writes sites whole, each part unless a newer one is known; false when the cache did not answer.</summary>
    Task<bool> WriteSitesAsync(Guid networkId, IReadOnlyList<SiteWritten> changes);

    /// <summary>Forgets a site; false when the cache did not answer.</summary>
    Task<bool> RemoveSiteAsync(Guid networkId, SiteRemoved change);

    /// <summary>Takes a lease that nobody else gets for as long as it lasts; false when it is taken or the cache did not answer.</summary>
    Task<bool> TryLeaseAsync(Guid networkId, string what, TimeSpan duration);

    /// <summary>How many sites are known, whole or in part; null when the cache did not answer.</summary>
    Task<int?> CountSitesAsync(Guid networkId);

    /// <summary>The sites that are known whole; null when the cache did not answer.</summary>
    Task<IReadOnlyList<CachedSite>?> ReadSitesAsync(Guid networkId);

    /// <summary>Tells <paramref name="follower"/> of everything that is written from now on, until the process ends; false when the cache did not answer.</summary>
    Task<bool> FollowAsync(Guid networkId, Action<CapacityChange> follower);

    /// <summary>Whether what is written is heard now.</summary>
    Task<bool> IsHeardAsync();
}
