using Microsoft.Extensions.Logging.Abstractions;
using Platform.Enrollment.Sites;
using Platform.Support;
using StackExchange.Redis;

namespace Platform.Enrollment.Capacity;

/// <summary>What both caches hold to.</summary>
public sealed class CapacityCacheTests
{
    private static readonly GeoPoint Centre = new(38.03, -78.48);
    private readonly Guid network = Guid.NewGuid();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_written_is_read_back(bool redis)
    {
        var cache = await CacheAsync(redis);
        var site = NewSite(Centre);
        await cache.WriteSitesAsync(network, [site]);
        var read = (await cache.SitesAsync(network, [site.Id, Guid.NewGuid()])).ShouldHaveSingleItem().Value;
        (read.Id, read.Version, read.Name).ShouldBe((site.Id, site.Version, site.Name));
        read.Programs.ShouldBe(site.Programs, ignoreOrder: true);
        (await cache.SiteOfProgramAsync(network, site.Programs[0].Id)).ShouldBe(site.Id);
        (await cache.SitesAsync(Guid.NewGuid(), [site.Id])).ShouldBeEmpty("another network sees nothing of it");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_counts_the_newer_stands_in_whatever_order_they_come(bool redis)
    {
        var cache = await CacheAsync(redis);
        var site = NewSite(Centre);
        var program = site.Programs[0].Id;
        await cache.WriteSitesAsync(network, [site]);
        var versions = Enumerable.Range(1, 40).ToArray();
        Random.Shared.Shuffle(versions);
        await Task.WhenAll(versions.Select(v => cache.WriteCountsAsync(network, site.Id, program, new PlaceCounts(100, v, 0, v))));
        await cache.WriteSitesAsync(network, [site]);
        var counts = (await cache.SitesAsync(network, [site.Id]))[site.Id].Programs.Single(p => p.Id == program).Counts;
        counts.ShouldBe(new PlaceCounts(100, 40, 0, 40));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_older_refill_does_not_win_against_a_count_that_came_while_the_site_was_missing(bool redis)
    {
        var cache = await CacheAsync(redis);
        var site = NewSite(Centre);
        var program = site.Programs[0].Id;
        await cache.WriteCountsAsync(network, site.Id, program, new PlaceCounts(10, 6, 0, 6));
        (await cache.SitesAsync(network, [site.Id])).ShouldBeEmpty("a count alone is not a site");
        await cache.WriteSitesAsync(network, [site]);
        (await cache.SitesAsync(network, [site.Id]))[site.Id].Programs.Single(p => p.Id == program).Counts.Version.ShouldBe(6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_older_site_does_not_win(bool redis)
    {
        var cache = await CacheAsync(redis);
        var site = NewSite(Centre);
        await cache.WriteSitesAsync(network, [site with { Version = 3, Name = "New", Point = new GeoPoint(40, -80) }]);
        await cache.WriteSitesAsync(network, [site with { Version = 2, Name = "Old" }]);
        await cache.MarkCompleteAsync(network, 1);
        (await cache.SitesAsync(network, [site.Id]))[site.Id].Name.ShouldBe("New");
        (await cache.NearAsync(network, Centre, 10))!.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Near_sites_come_nearest_first_with_the_distance_and_only_when_all_are_known(bool redis)
    {
        var cache = await CacheAsync(redis);
        CachedSite[] sites = [.. new[] { 0.5, 0.1, 0.3, 5.0 }.Select(north => NewSite(new GeoPoint(Centre.Latitude + north, Centre.Longitude)))];
        await cache.WriteSitesAsync(network, sites);
        (await cache.NearAsync(network, Centre, 50)).ShouldBeNull();
        await cache.MarkCompleteAsync(network, sites.Length);
        var near = (await cache.NearAsync(network, Centre, 50)).ShouldNotBeNull();
        near.Select(site => site.SiteId).ShouldBe([sites[1].Id, sites[2].Id, sites[0].Id]);
        foreach (var (found, north) in near.Zip([0.1, 0.3, 0.5]))
            found.Miles.ShouldBe(north * 69.11, tolerance: 0.05);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_lease_is_given_to_one_until_it_ends(bool redis)
    {
        var cache = await CacheAsync(redis);
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => cache.TryLeaseAsync(network, "x", TimeSpan.FromMilliseconds(200))));
        taken.Count(got => got).ShouldBe(1);
        (await cache.TryLeaseAsync(network, "y", TimeSpan.FromMinutes(1))).ShouldBeTrue();
        await Eventually.TrueAsync(() => cache.TryLeaseAsync(network, "x", TimeSpan.FromMinutes(1)), "the lease to end");
    }

    [Fact]
    public async Task Nothing_in_redis_lives_without_end_but_what_is_found_by_position()
    {
        var cache = await CacheAsync(redis: true);
        var site = NewSite(Centre);
        var lost = Guid.NewGuid();
        await cache.WriteSitesAsync(network, [site]);
        await cache.WriteCountsAsync(network, lost, Guid.NewGuid(), new PlaceCounts(1, 0, 0, 1));
        await cache.MarkCompleteAsync(network, 1);
        var database = (await ConnectAsync(await TestServers.RedisAsync())).GetDatabase();
        foreach (var key in new[] { RedisKeys.Site(network, site.Id), RedisKeys.Site(network, lost), RedisKeys.Complete(network) })
            (await database.KeyTimeToLiveAsync(key)).ShouldNotBeNull();
    }

    private static async Task<ICapacityCache> CacheAsync(bool redis) => redis
        ? new RedisCapacityCache(
            await ConnectAsync(await TestServers.RedisAsync()),
            new RedisPause(TimeProvider.System, NullLogger<RedisPause>.Instance))
        : new InProcessCapacityCache(TimeProvider.System);

    private static Task<ConnectionMultiplexer> ConnectAsync(string connection) => ConnectionMultiplexer.ConnectAsync(connection);

    private static CachedSite NewSite(GeoPoint point) => new(Guid.NewGuid(), 1, "A site: with | signs", point,
    [
        new CachedProgram(Guid.NewGuid(), "IOP in the morning", Track.SubstanceUse, AgeGroup.Adult, new PlaceCounts(10, 1, 2, 3)),
        new CachedProgram(Guid.NewGuid(), "IOP", Track.EatingDisorder, AgeGroup.Adolescent, new PlaceCounts(5, 0, 0, 1)),
    ]);
}
