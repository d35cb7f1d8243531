using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.Sites;
using Platform.Support;
using StackExchange.Redis;

namespace Platform.Enrollment.Capacity;

/// <summary>What both caches hold to.</summary>
public sealed class CapacityCacheTests : IAsyncDisposable
{
    private readonly Guid network = Guid.NewGuid();
    private readonly List<ConnectionMultiplexer> connections = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in connections)
            await connection.CloseAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_written_is_read_back(bool redis)
    {
        var cache = await CacheAsync(redis);
        var site = NewSite();
        await cache.WriteSitesAsync(network, [new(site)]);
        ShouldBe((await cache.ReadSitesAsync(network)).ShouldNotBeNull().ShouldHaveSingleItem(), site);
        (await cache.CountSitesAsync(network)).ShouldBe(1);
        (await cache.ReadSitesAsync(Guid.NewGuid())).ShouldNotBeNull().ShouldBeEmpty("another network sees nothing of it");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_counts_the_newer_stands_in_whatever_order_they_come(bool redis)
    {
        var cache = await CacheAsync(redis);
        var site = NewSite();
        var program = site.Programs[0].Id;
        await cache.WriteSitesAsync(network, [new(site)]);
        var versions = Enumerable.Range(1, 40).ToArray();
        Random.Shared.Shuffle(versions);
        await Task.WhenAll(versions.Select(v => cache.WriteCountsAsync(network, new(site.Id, program, new PlaceCounts(100, v, 0, v)))));
        await cache.WriteSitesAsync(network, [new(site)]);
        (await CountsAsync(cache, program)).ShouldBe(new PlaceCounts(100, 40, 0, 40));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_older_site_does_not_win_against_a_count_that_came_before_it(bool redis)
    {
        var cache = await CacheAsync(redis);
        var site = NewSite();
        var program = site.Programs[0].Id;
        await cache.WriteCountsAsync(network, new(site.Id, program, new PlaceCounts(10, 6, 0, 6)));
        (await cache.ReadSitesAsync(network)).ShouldNotBeNull().ShouldBeEmpty("a count alone is not a site");
        await cache.WriteSitesAsync(network, [new(site)]);
        (await CountsAsync(cache, program)).Version.ShouldBe(6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_older_site_does_not_win(bool redis)
    {
        var cache = await CacheAsync(redis);
        var site = NewSite();
        await cache.WriteSitesAsync(network, [new(site with { Version = 3, Name = "New", Point = new GeoPoint(40, -80) })]);
        await cache.WriteSitesAsync(network, [new(site with { Version = 2, Name = "Old" })]);
        var read = (await cache.ReadSitesAsync(network))!.ShouldHaveSingleItem();
        (read.Name, read.Point).ShouldBe(("New", new GeoPoint(40, -80)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_store_does_not_have_gives_way_exactly_as_it_was_seen(bool redis)
    {
        var cache = await CacheAsync(redis);
        var (site, first, second) = (NewSite(), 0, 1);
        var ahead = site with
        {
            Version = 9,
            Name = "From a lost day",
            Programs = [.. site.Programs.Select(p => p with { Counts = new PlaceCounts(10, 9, 0, 9) })],
        };
        await cache.WriteSitesAsync(network, [new(ahead)]);

        // While stock was taken, the second program went on.
        await cache.WriteCountsAsync(network, new(site.Id, site.Programs[second].Id, new PlaceCounts(10, 10, 0, 10)));
        await cache.WriteSitesAsync(network, [new(site, Replaces: ahead)]);
        (await cache.ReadSitesAsync(network))!.ShouldHaveSingleItem().Name.ShouldBe(site.Name);
        (await CountsAsync(cache, site.Programs[first].Id)).ShouldBe(site.Programs[first].Counts);
        (await CountsAsync(cache, site.Programs[second].Id)).Version.ShouldBe(10);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_follows_hears_of_every_newer_write_and_of_no_older_one(bool redis)
    {
        var cache = await CacheAsync(redis);
        var other = redis ? await CacheAsync(redis) : cache;
        var heard = new ConcurrentQueue<CapacityChange>();
        (await other.FollowAsync(network, heard.Enqueue)).ShouldBeTrue();
        var site = NewSite();
        var program = site.Programs[0].Id;
        await cache.WriteSitesAsync(network, [new(site)]);
        await cache.WriteCountsAsync(network, new(site.Id, program, new PlaceCounts(10, 5, 0, 5)));
        await cache.WriteCountsAsync(network, new(site.Id, program, new PlaceCounts(10, 4, 0, 4)));
        await cache.WriteSitesAsync(network, [new(site)]);
        await cache.WriteSitesAsync(Guid.NewGuid(), [new(NewSite())]);
        await cache.RemoveSiteAsync(network, new(site.Id));
        await Eventually.TrueAsync(() => heard.Count >= 3, "three changes to be heard");
        var inOrder = heard.OrderBy(change => change switch { SiteWritten => 0, CountsWritten => 1, _ => 2 }).ToList();
        inOrder.Count.ShouldBe(3);
        ShouldBe(inOrder[0].ShouldBeOfType<SiteWritten>().Site, site);
        inOrder[1].ShouldBe(new CountsWritten(site.Id, program, new PlaceCounts(10, 5, 0, 5)));
        inOrder[2].ShouldBe(new SiteRemoved(site.Id));
        (await cache.ReadSitesAsync(network)).ShouldNotBeNull().ShouldBeEmpty();
        (await other.IsHeardAsync()).ShouldBeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_lease_is_given_to_one_until_it_ends(bool redis)
    {
        var cache = await CacheAsync(redis);
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => cache.TryLeaseAsync(network, "x", TimeSpan.FromMinutes(1))));
        taken.Count(got => got).ShouldBe(1);
        (await cache.TryLeaseAsync(network, "y", TimeSpan.FromMilliseconds(1))).ShouldBeTrue();
        await Eventually.TrueAsync(() => cache.TryLeaseAsync(network, "y", TimeSpan.FromMinutes(1)), "the lease to end");
    }

    [Fact]
    public async Task Nothing_in_redis_lives_without_end()
    {
        var cache = await CacheAsync(redis: true);
        var site = NewSite();
        var lost = Guid.NewGuid();
        await cache.WriteSitesAsync(network, [new(site)]);
        await cache.WriteCountsAsync(network, new(lost, Guid.NewGuid(), new PlaceCounts(1, 0, 0, 1)));
        await cache.TryLeaseAsync(network, "x", TimeSpan.FromMinutes(1));
        var database = connections[0].GetDatabase();
        foreach (var key in new[]
        {
            RedisKeys.Site(network, site.Id), RedisKeys.Site(network, lost), RedisKeys.Sites(network), RedisKeys.Lease(network, "x"),
        })
        {
            (await database.KeyTimeToLiveAsync(key)).ShouldNotBeNull(key.ToString());
        }
    }

    [Fact]
    public async Task What_another_release_wrote_is_passed_over()
    {
        var cache = await CacheAsync(redis: true);
        var (site, heard) = (NewSite(), new ConcurrentQueue<CapacityChange>());
        await cache.FollowAsync(network, heard.Enqueue);
        await cache.WriteSitesAsync(network, [new(site)]);
        var database = connections[0].GetDatabase();
        foreach (var text in (string[])["{\"Id\":7}", "{}", "null"])
        {
            await database.HashSetAsync(RedisKeys.Site(network, site.Id), "site", text);
            (await cache.ReadSitesAsync(network)).ShouldNotBeNull().ShouldBeEmpty(text);
        }

        await cache.WriteSitesAsync(network, [new(site with { Version = site.Version + 1 })]);
        await database.HashSetAsync(RedisKeys.Site(network, site.Id), $"counts:{site.Programs[0].Id:N}", "of another form");
        await database.PublishAsync(RedisKeys.Changes(network), "{\"$type\":\"later\"}");
        (await cache.ReadSitesAsync(network)).ShouldNotBeNull().ShouldBeEmpty();
        (await cache.WriteCountsAsync(network, new(site.Id, site.Programs[0].Id, new PlaceCounts(10, 1, 2, 99)))).ShouldBeTrue();
        (await CountsAsync(cache, site.Programs[0].Id)).Version.ShouldBe(99);
        await Eventually.TrueAsync(() => heard.OfType<CountsWritten>().Any(), "what comes after it to be heard");
    }

    internal static CachedSite NewSite(double latitude = 38.03, double longitude = -78.48) => new(
        Guid.NewGuid(), 1, "A site: with | \"signs\"", new GeoPoint(latitude, longitude), "VA", "America/New_York",
        [
            new CachedProgram(Guid.NewGuid(), "IOP in the morning", Track.SubstanceUse, AgeGroup.Adult, new PlaceCounts(10, 1, 2, 3))
            {
                Level = LevelOfCare.PartialHospitalization,
                Delivery = Delivery.Hybrid,
                Weekdays = Weekdays.Monday | Weekdays.Friday,
                TimesOfDay = TimesOfDay.Evening,
                VirtualStates = ["NM", "VA"],
                ClosedOn = new DateOnly(2199, 1, 31),
            },
            new CachedProgram(Guid.NewGuid(), "IOP", Track.EatingDisorder, AgeGroup.Adolescent, new PlaceCounts(5, 0, 0, 1)),
        ])
    {
        RegionId = Guid.NewGuid(),
        ClosedOn = new DateOnly(2199, 2, 1),
        Payers = [new AcceptedPayer(PayerKind.Medicaid, ""), new AcceptedPayer(PayerKind.Commercial, "60054")],
        Languages = ["Spanish"],
    };

    private static void ShouldBe(CachedSite read, CachedSite written) =>
        JsonSerializer.Serialize(read).ShouldBe(JsonSerializer.Serialize(written));

    private async Task<PlaceCounts> CountsAsync(ICapacityCache cache, Guid program) =>
        (await cache.ReadSitesAsync(network))!.SelectMany(site => site.Programs).Single(p => p.Id == program).Counts;

    private async Task<ICapacityCache> CacheAsync(bool redis)
    {
        if (!redis)
            return new InProcessCapacityCache(TimeProvider.System);
        var connection = await ConnectionMultiplexer.ConnectAsync(await TestServers.RedisAsync());
        connections.Add(connection);
        var pause = new RedisPause(TimeProvider.System, NullLogger<RedisPause>.Instance) { Patience = TimeSpan.FromSeconds(30) };
        return new RedisCapacityCache(connection, pause, new RedisFeed(connection, pause));
    }
}
