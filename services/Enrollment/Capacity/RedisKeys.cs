using StackExchange.Redis;

namespace Platform.Enrollment.Capacity;

/// <summary>The cache's keys. The braces keep all keys of a network in one slot of a Redis cluster, so that a script may use several.</summary>
internal static class RedisKeys
{
    /// <summary>Hash of a site: version, name, and of each program facts and counts.</summary>
    public static RedisKey Site(Guid networkId, Guid siteId) => $"capacity:{{{networkId:N}}}:site:{siteId:N}";

    /// <summary>Positions of the sites (GEO).</summary>
    public static RedisKey Positions(Guid networkId) => $"capacity:{{{networkId:N}}}:positions";

    /// <summary>Hash of site by program.</summary>
    public static RedisKey Programs(Guid networkId) => $"capacity:{{{networkId:N}}}:programs";

    /// <summary>How many sites there were when all had been written.</summary>
    public static RedisKey Complete(Guid networkId) => $"capacity:{{{networkId:N}}}:complete";

    /// <summary>A lease.</summary>
    public static RedisKey Lease(Guid networkId, string what) => $"capacity:{{{networkId:N}}}:lease:{what}";
}
