using Microsoft.Extensions.DependencyInjection;
using Platform.Enrollment.V1;
using Platform.Support;
using StackExchange.Redis;

namespace Platform.Enrollment.Capacity;

/// <summary>A Redis that is flushed, killed or frozen makes search slower, and never wrong; the cache comes back by itself.</summary>
public sealed class RedisFaultTests : IAsyncLifetime
{
    private readonly TestTokens tokens = new();
    private RedisServer redis = null!;
    private TestDatabase database = null!;
    private TestHost host = null!;
    private World world = null!;

    public async ValueTask InitializeAsync()
    {
        redis = await RedisServer.StartAsync();
        database = await TestDatabase.CreateAsync("redisfault");
        host = await Hosts.StartAsync(
            tokens, database, new Dictionary<string, string?> { ["ConnectionStrings:Redis"] = redis.ConnectionString });
        world = new World(host, tokens, database);
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await database.DisposeAsync();
        await redis.DisposeAsync();
        tokens.Dispose();
    }

    [Fact]
    public async Task After_a_flush_search_finds_everything_and_the_cache_is_built_again()
    {
        var (_, here) = await world.OpenProgramAsync(licensed: 3);
        var (_, there) = await world.OpenProgramAsync(licensed: 1, latitude: 38.2);
        await world.SearchAsync();
        await FlushAsync();
        await world.AdmitNewPersonAsync(here);
        (await world.SearchAsync()).Select(place => (place.ProgramId, place.Open)).ShouldBe([(here, 2), (there, 1)]);
        await CacheShouldHaveAsync(here, open: 2);
        await CacheShouldHaveAsync(there, open: 1);
    }

    [Fact]
    public async Task A_site_that_was_evicted_is_filled_in()
    {
        var (site, program) = await world.OpenProgramAsync(licensed: 3);
        await world.SearchAsync();
        await CacheShouldHaveAsync(program, open: 3);
        await Redis.KeyDeleteAsync(RedisKeys.Site(world.Network, Guid.Parse(site)));
        (await world.SearchAsync()).ShouldHaveSingleItem().Open.ShouldBe(3);
        await CacheShouldHaveAsync(program, open: 3);
        await Redis.KeyDeleteAsync(RedisKeys.Positions(world.Network));
        (await world.SearchAsync()).ShouldHaveSingleItem().Open.ShouldBe(3);
    }

    [Fact]
    public async Task With_redis_killed_places_are_found_offered_and_taken_and_the_cache_follows_when_it_is_back()
    {
        var (_, program) = await world.OpenProgramAsync(licensed: 2);
        await world.SearchAsync();
        await redis.KillAsync();
        await world.AdmitNewPersonAsync(program);
        (await world.SearchAsync()).ShouldHaveSingleItem().Open.ShouldBe(1);
        (await world.CapacityAsync(program)).Occupied.ShouldBe(1);
        await redis.RestartAsync();
        await CacheShouldHaveAsync(program, open: 1, search: true);
    }

    [Fact]
    public async Task With_redis_frozen_nothing_fails_and_what_it_missed_is_brought_to_it()
    {
        var (_, program) = await world.OpenProgramAsync(licensed: 2);
        await world.SearchAsync();
        await CacheShouldHaveAsync(program, open: 2);
        await redis.PauseAsync();
        await world.AdmitNewPersonAsync(program);
        (await world.SearchAsync()).ShouldHaveSingleItem().Open.ShouldBe(1);
        await redis.ResumeAsync();
        await CacheShouldHaveAsync(program, open: 1);
    }

    private IDatabase Redis => host.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase();

    private async Task FlushAsync() => await Redis.ScriptEvaluateAsync("return redis.call('FLUSHALL')");

    private Task CacheShouldHaveAsync(string program, int open, bool search = false) => Eventually.PassesAsync(
        async () =>
        {
            if (search)
                await world.SearchAsync();
            var cache = host.Services.GetRequiredService<ICapacityCache>();
            var id = Guid.Parse(program);
            var site = (await cache.SiteOfProgramAsync(world.Network, id)).ShouldNotBeNull();
            (await cache.SitesAsync(world.Network, [site]))[site].Programs.Single(p => p.Id == id).Counts.Open.ShouldBe(open);
            (await cache.NearAsync(world.Network, new Enrollment.Sites.GeoPoint(38.03, -78.48), 100)).ShouldNotBeNull();
        },
        "the cache to follow the store");
}
