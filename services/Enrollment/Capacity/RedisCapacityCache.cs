using System.Globalization;
using Platform.Enrollment.Sites;
using StackExchange.Redis;

namespace Platform.Enrollment.Capacity;

/// <summary>
/// The cache in Redis: per site a hash with its programs' places, per network the positions of its sites. Everything is written by
/// two scripts that accept newer versions only. Hashes live for an hour from when they were first written, so that
/// whatever went wrong heals. When Redis does not answer in time it is left alone for a moment.
/// </summary>
internal sealed class RedisCapacityCache(IConnectionMultiplexer redis, RedisPause pause) : ICapacityCache
{
    private const int ScriptsAtOnce = 200;
    private static readonly TimeSpan SiteLifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan CompleteLifetime = TimeSpan.FromHours(6);
    private static readonly string WriteSite = Script("write-site.lua");
    private static readonly string WriteCounts = Script("write-counts.lua");

    private IDatabase Database => redis.GetDatabase();

    public async Task<bool> WriteCountsAsync(Guid networkId, Guid siteId, Guid programId, PlaceCounts counts)
    {
        var (answered, _) = await pause.TryAsync(() => Database.ScriptEvaluateAsync(
            WriteCounts,
            [RedisKeys.Site(networkId, siteId)],
            [Milliseconds(SiteLifetime), programId.ToString("N"), counts.Version, Text(counts)],
            CommandFlags.NoScriptCache));
        return answered;
    }

    public async Task<bool> WriteSitesAsync(Guid networkId, IReadOnlyList<CachedSite> sites)
    {
        foreach (var batch in sites.Chunk(ScriptsAtOnce))
        {
            var (answered, _) = await pause.TryAsync(() => Task.WhenAll(batch.Select(site => WriteAsync(networkId, site))));
            if (!answered)
            {
                return false;
            }
        }

        return true;
    }

    public Task MarkCompleteAsync(Guid networkId, int sites) =>
        pause.TryAsync(() => Database.StringSetAsync(RedisKeys.Complete(networkId), sites, CompleteLifetime));

    public async Task<bool> TryLeaseAsync(Guid networkId, string what, TimeSpan duration)
    {
        var (answered, taken) = await pause.TryAsync(
            () => Database.StringSetAsync(RedisKeys.Lease(networkId, what), 1, duration, When.NotExists));
        return answered && taken;
    }

    public async Task<IReadOnlyList<NearSite>?> NearAsync(Guid networkId, GeoPoint centre, double miles)
    {
        var (answered, near) = await pause.TryAsync(async () =>
        {
            var positions = RedisKeys.Positions(networkId);
            var complete = Database.StringGetAsync(RedisKeys.Complete(networkId));
            var known = Database.SortedSetLengthAsync(positions);
            var sites = Database.GeoRadiusAsync(
                positions, centre.Longitude, centre.Latitude, miles, GeoUnit.Miles, order: Order.Ascending,
                options: GeoRadiusOptions.WithDistance);
            var expected = await complete;

            // Redis may have evicted the positions and kept the mark.
            return expected.HasValue && await known >= (long)expected ? await sites : null;
        });
        return answered && near is not null
            ? [.. near.Select(site => new NearSite(Guid.ParseExact(site.Member.ToString(), "N"), site.Distance ?? 0))]
            : null;
    }

    public async Task<IReadOnlyDictionary<Guid, CachedSite>> SitesAsync(Guid networkId, IReadOnlyList<Guid> siteIds)
    {
        var (answered, hashes) = await pause.TryAsync(
            () => Task.WhenAll(siteIds.Select(id => Database.HashGetAllAsync(RedisKeys.Site(networkId, id)))));
        var sites = new Dictionary<Guid, CachedSite>();
        for (var i = 0; answered && i < siteIds.Count; i++)
        {
            if (Read(siteIds[i], hashes![i]) is { } site)
            {
                sites[siteIds[i]] = site;
            }
        }

        return sites;
    }

    public async Task<Guid?> SiteOfProgramAsync(Guid networkId, Guid programId)
    {
        var (answered, site) = await pause.TryAsync(
            () => Database.HashGetAsync(RedisKeys.Programs(networkId), programId.ToString("N")));
        return answered && site.HasValue ? Guid.ParseExact(site.ToString(), "N") : null;
    }

    private Task<RedisResult> WriteAsync(Guid networkId, CachedSite site)
    {
        var arguments = new List<RedisValue>
        {
            Milliseconds(SiteLifetime),
            site.Version,
            site.Id.ToString("N"),
            site.Point.Longitude.ToString("R", CultureInfo.InvariantCulture),
            site.Point.Latitude.ToString("R", CultureInfo.InvariantCulture),
            site.Name,
        };
        foreach (var program in site.Programs)
        {
            arguments.Add(program.Id.ToString("N"));
            arguments.Add($"{program.Track} {program.AgeGroup} {program.Name}");
            arguments.Add(program.Counts.Version);
            arguments.Add(Text(program.Counts));
        }

        return Database.ScriptEvaluateAsync(
            WriteSite,
            [RedisKeys.Site(networkId, site.Id), RedisKeys.Positions(networkId), RedisKeys.Programs(networkId)],
            [.. arguments],
            CommandFlags.NoScriptCache);
    }

    /// <summary>A site from its hash; null when a part of it is missing. The position is not in the hash: who searches has the distance.</summary>
    private static CachedSite? Read(Guid id, HashEntry[] hash)
    {
        var fields = hash.ToDictionary(entry => entry.Name.ToString(), entry => entry.Value.ToString(), StringComparer.Ordinal);
        if (!fields.TryGetValue("version", out var version) || !fields.TryGetValue("name", out var name))
        {
            return null;
        }

        var programs = new List<CachedProgram>();
        foreach (var (field, text) in fields)
        {
            if (!field.StartsWith("counts:", StringComparison.Ordinal))
            {
                continue;
            }

            var program = field["counts:".Length..];
            if (!fields.TryGetValue($"facts:{program}", out var facts))
            {
                return null;
            }

            var parts = facts.Split(' ', 3);
            programs.Add(new CachedProgram(
                Guid.ParseExact(program, "N"), parts[2], Enum.Parse<Track>(parts[0]), Enum.Parse<AgeGroup>(parts[1]), Counts(text)));
        }

        return new CachedSite(id, long.Parse(version, CultureInfo.InvariantCulture), name, default, programs);
    }

    private static string Text(PlaceCounts counts) => string.Create(
        CultureInfo.InvariantCulture, $"{counts.Version} {counts.Licensed} {counts.Occupied} {counts.Held}");

    private static PlaceCounts Counts(string text)
    {
        var numbers = Array.ConvertAll(text.Split(' '), number => long.Parse(number, CultureInfo.InvariantCulture));
        return new PlaceCounts((int)numbers[1], (int)numbers[2], (int)numbers[3], numbers[0]);
    }

    private static RedisValue Milliseconds(TimeSpan duration) => (long)duration.TotalMilliseconds;

    private static string Script(string name)
    {
        using var reader = new StreamReader(typeof(RedisCapacityCache).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
