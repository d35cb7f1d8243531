using StackExchange.Redis;

namespace Platform.Enrollment.Capacity;

/// <summary>The cache's keys. The braces keep all keys of a network in one slot of a Redis cluster, so that a script may use several.</summary>
internal static class RedisKeys
{
    /// <summary>Hash of a site: its version, the site as JSON, and the places of each program with their version.</summary>
    public static RedisKey Site(Guid networkId, Guid siteId) => $"capacity:{{{networkId:N}}}:site:{siteId:N}";

    /// <summary>Set of the sites that were written.</summary>
    public static RedisKey Sites(Guid networkId) => $"capacity:{{{networkId:N}}}:sites";

    /// <summary>A lease.</summary>
    public static RedisKey Lease(Guid networkId, string what) => $"capacity:{{{networkId:N}}}:lease:{what}";

    /// <summary>Channel on which every accepted write is told.</summary>
    public static RedisChannel Changes(Guid networkId) => Channel($"capacity:{{{networkId:N}}}:changes");

    /// <summary>Channel on which a process listens for itself.</summary>
    public static RedisChannel Echo(Guid processId) => Channel($"capacity:echo:{processId:N}");

    private static RedisChannel Channel(string name) => new(name, RedisChannel.PatternMode.Literal);
}
