using System.Globalization;
using System.Text.Json;
using StackExchange.Redis;

namespace Platform.Enrollment.Capacity;

/// <summary>
/// The cache in Redis: per site a hash with the site and its programs' places, per network the set of its sites. Everything is
/// written by scripts that accept newer versions only and tell of it on the network's channel. Keys live for some hours from when
/// they were first written, so that whatever went wrong heals. When Redis does not answer in time it is left alone for a moment.
/// </summary>
internal sealed class RedisCapacityCache(IConnectionMultiplexer redis, RedisPause pause, RedisFeed feed) : ICapacityCache
{
    private const int AtOnce = 200;

    /// <summary>What lacks a part was written by another release.</summary>
    private static readonly JsonSerializerOptions Whole = new() { RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true };

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(6);
    private static readonly string WriteSite = Script("write-site.lua");
    private static readonly string WriteCounts = Script("write-counts.lua");
    private static readonly string RemoveSite = Script("remove-site.lua");

    public long Interruptions => feed.Interruptions;

    private IDatabase Database => redis.GetDatabase();

    public async Task<bool> WriteCountsAsync(Guid networkId, CountsWritten change)
    {
        var (answered, _) = await pause.TryAsync(() => Database.ScriptEvaluateAsync(
            WriteCounts,
            [RedisKeys.Site(networkId, change.SiteId)],
            [
                Milliseconds(Lifetime), change.ProgramId.ToString("N"), change.Counts.Version, Text(change.Counts),
                (string)RedisKeys.Changes(networkId)!, RedisFeed.Text(change),
            ],
            CommandFlags.NoScriptCache));
        return answered;
    }

    public async Task<bool> WriteSitesAsync(Guid networkId, IReadOnlyList<SiteWritten> changes)
    {
        foreach (var batch in changes.Chunk(AtOnce))
        {
            var (answered, _) = await pause.TryAsync(() => Task.WhenAll(batch.Select(change => WriteAsync(networkId, change))));
            if (!answered)
            {
                return false;
            }
        }

        return true;
    }

    public async Task<bool> RemoveSiteAsync(Guid networkId, SiteRemoved change)
    {
        var (answered, _) = await pause.TryAsync(() => Database.ScriptEvaluateAsync(
            RemoveSite,
            [RedisKeys.Site(networkId, change.SiteId), RedisKeys.Sites(networkId)],
            [change.SiteId.ToString("N"), (string)RedisKeys.Changes(networkId)!, RedisFeed.Text(change)],
            CommandFlags.NoScriptCache));
        return answered;
    }

    public async Task<bool> TryLeaseAsync(Guid networkId, string what, TimeSpan duration)
    {
        var (answered, taken) = await pause.TryAsync(
            () => Database.StringSetAsync(RedisKeys.Lease(networkId, what), 1, duration, When.NotExists));
        return answered && taken;
    }

    public async Task<int?> CountSitesAsync(Guid networkId)
    {
        var (answered, count) = await pause.TryAsync(() => Database.SetLengthAsync(RedisKeys.Sites(networkId)));
        return answered ? (int)count : null;
    }

    public async Task<IReadOnlyList<CachedSite>?> ReadSitesAsync(Guid networkId)
    {
        var (answered, ids) = await pause.TryAsync(() => Database.SetMembersAsync(RedisKeys.Sites(networkId)));
        if (!answered)
        {
            return null;
        }

        var sites = new List<CachedSite>(ids!.Length);
        foreach (var batch in ids.Chunk(AtOnce))
        {
            var (read, hashes) = await pause.TryAsync(() => Task.WhenAll(batch.Select(
                id => Database.HashGetAllAsync(RedisKeys.Site(networkId, Guid.ParseExact(id.ToString(), "N"))))));
            if (!read)
            {
                return null;
            }

            sites.AddRange(hashes!.Select(Read).OfType<CachedSite>());
        }

        return sites;
    }

    public Task<bool> FollowAsync(Guid networkId, Action<CapacityChange> follower) => feed.FollowAsync(networkId, follower);

    public Task<bool> IsHeardAsync() => feed.IsHeardAsync();

    private Task<RedisResult> WriteAsync(Guid networkId, SiteWritten change)
    {
        var (site, replaces) = (change.Site, change.Replaces);
        var arguments = new List<RedisValue>
        {
            Milliseconds(Lifetime),
            site.Id.ToString("N"),
            site.Version,
            replaces?.Version ?? 0,
            JsonSerializer.Serialize(site),
            (string)RedisKeys.Changes(networkId)!,
            RedisFeed.Text(change),
        };
        foreach (var program in site.Programs)
        {
            arguments.Add(program.Id.ToString("N"));
            arguments.Add(program.Counts.Version);
            arguments.Add(replaces?.Programs.FirstOrDefault(p => p.Id == program.Id)?.Counts.Version ?? 0);
            arguments.Add(Text(program.Counts));
        }

        return Database.ScriptEvaluateAsync(
            WriteSite, [RedisKeys.Site(networkId, site.Id), RedisKeys.Sites(networkId)], [.. arguments], CommandFlags.NoScriptCache);
    }

    /// <summary>A site from its hash; null when a part of it is missing.</summary>
    private static CachedSite? Read(HashEntry[] hash)
    {
        var fields = hash.ToDictionary(entry => entry.Name.ToString(), entry => entry.Value.ToString(), StringComparer.Ordinal);
        if (!fields.TryGetValue("site", out var text))
        {
            return null;
        }

        CachedSite? site;
        try
        {
            site = JsonSerializer.Deserialize<CachedSite>(text, Whole);
        }
        catch (JsonException)
        {
            // Written by another release; the store has it.
            site = null;
        }

        if (site is null)
        {
            return null;
        }

        var programs = new List<CachedProgram>(site.Programs.Count);
        foreach (var program in site.Programs)
        {
            if (!fields.TryGetValue($"counts:{program.Id:N}", out var written) || Counts(written) is not { } counts)
            {
                return null;
            }

            programs.Add(program with { Counts = counts });
        }

        return site with { Programs = programs };
    }

    private static string Text(PlaceCounts counts) => string.Create(
        CultureInfo.InvariantCulture, $"{counts.Version} {counts.Licensed} {counts.Occupied} {counts.Held}");

    /// <summary>The places; null when they are written in another form.</summary>
    private static PlaceCounts? Counts(string text)
    {
        var numbers = Array.ConvertAll(
            text.Split(' '),
            number => long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var read) ? read : -1);
        return numbers.Length == 4 && Array.TrueForAll(numbers, number => number >= 0)
            ? new PlaceCounts((int)numbers[1], (int)numbers[2], (int)numbers[3], numbers[0])
            : null;
    }

    private static RedisValue Milliseconds(TimeSpan duration) => (long)duration.TotalMilliseconds;

    private static string Script(string name)
    {
        using var reader = new StreamReader(typeof(RedisCapacityCache).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
