using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Platform.Enrollment.V1;
using Platform.Support;
using StackExchange.Redis;

namespace Platform.Enrollment.Capacity;

/// <summary>
/// Two replicas over one PostgreSQL and one Redis that is flushed, killed, frozen, or holds what the database does not: searches
/// are slower meanwhile, and never wrong; cache and boards come back by themselves.
/// </summary>
public sealed class RedisFaultTests : IAsyncLifetime
{
    private readonly TestTokens tokens = new();
    private RedisServer redis = null!;
    private TestDatabase database = null!;
    private TestHost host = null!;
    private TestHost replica = null!;
    private World world = null!;

    public async ValueTask InitializeAsync()
    {
        redis = await RedisServer.StartAsync();
        database = await TestDatabase.CreateAsync("redisfault");
        var settings = new Dictionary<string, string?> { ["ConnectionStrings:Redis"] = redis.ConnectionString };
        host = await Hosts.StartAsync(tokens, database, settings);
        replica = await Hosts.StartAsync(tokens, database, settings);
        world = new World(host, tokens, database);
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await replica.DisposeAsync();
        await database.DisposeAsync();
        await redis.DisposeAsync();
        tokens.Dispose();
    }

    [Fact]
    public async Task What_one_replica_changes_the_board_of_the_other_follows()
    {
        var (_, program) = await world.OpenProgramAsync(licensed: 3);
        await BoardsShouldServeAsync();
        var episode = await world.AdmitNewPersonAsync(program);
        await OpenShouldBecomeAsync(program, 2);
        await world.DischargeAsync(episode);
        await OpenShouldBecomeAsync(program, 3);
        var (_, another) = await world.OpenProgramAsync(licensed: 1);
        await OpenShouldBecomeAsync(another, 1);
        BoardOf(replica).ShouldNotBeNull("it was never lost, so all came by messages");
    }

    [Fact]
    public async Task After_a_flush_search_finds_everything_and_the_cache_is_built_again()
    {
        var (_, here) = await world.OpenProgramAsync(licensed: 3);
        var (_, there) = await world.OpenProgramAsync(licensed: 1, latitude: 38.2);
        await BoardsShouldServeAsync();
        await Redis.ScriptEvaluateAsync("return redis.call('FLUSHALL')");
        await world.AdmitNewPersonAsync(here);
        (await SearchAsync(host)).ShouldBe([(here, 2), (there, 1)]);
        await OpenShouldBecomeAsync(here, 2);
        await TakeStockAsync(replica);
        await CacheShouldBeAsTheStoreAsync();
    }

    [Fact]
    public async Task With_redis_killed_places_are_found_offered_and_taken_and_all_follows_when_it_is_back()
    {
        var (_, program) = await world.OpenProgramAsync(licensed: 3);
        await BoardsShouldServeAsync();
        await redis.KillAsync();
        await world.AdmitNewPersonAsync(program);
        (await SearchAsync(host)).ShouldBe([(program, 2)]);
        await OpenShouldBecomeAsync(program, 2);
        (await world.CapacityAsync(program)).Occupied.ShouldBe(1);
        await redis.RestartAsync();
        await BoardsShouldServeAsync();
        await world.AdmitNewPersonAsync(program);
        await OpenShouldBecomeAsync(program, 1);
        await CacheShouldBeAsTheStoreAsync();
    }

    [Fact]
    public async Task What_redis_missed_is_read_from_the_store_when_it_is_back_and_not_before()
    {
        var (site, _) = await world.OpenProgramAsync(licensed: 3);
        var queries = new QueryCount();
        using var counted = queries.Of(host);
        var mirror = ActivatorUtilities.CreateInstance<CapacityMirror>(host.Services, new StoredPlaces(counted));
        await redis.KillAsync();
        await mirror.SitesChangedAsync(world.Network, [Guid.Parse(site)]);
        queries.Reset();
        await mirror.RepairAsync(default);
        queries.Count.ShouldBe(0);
        await redis.RestartAsync();
        await Eventually.PassesAsync(
            async () =>
            {
                await mirror.RepairAsync(default);
                queries.Count.ShouldBeGreaterThan(0);
                (await host.Services.GetRequiredService<ICapacityCache>().ReadSitesAsync(world.Network)).ShouldNotBeNull().ShouldHaveSingleItem();
            },
            "the cache to have the site");
    }

    [Fact]
    public async Task With_redis_frozen_nothing_fails_and_the_other_replica_does_not_trust_its_board_for_long()
    {
        var (_, program) = await world.OpenProgramAsync(licensed: 2);
        await BoardsShouldServeAsync();
        await redis.PauseAsync();
        await world.AdmitNewPersonAsync(program);
        (await SearchAsync(host)).ShouldBe([(program, 1)]);
        await OpenShouldBecomeAsync(program, 1);
        BoardOf(replica).ShouldBeNull("what it shows comes from the store");
        await redis.ResumeAsync();
        await BoardsShouldServeAsync();
        await CacheShouldBeAsTheStoreAsync();
    }

    [Fact]
    public async Task Without_the_cache_few_searches_ask_the_store_at_once_and_the_others_are_told_as_of_when_they_are()
    {
        var (_, program) = await world.OpenProgramAsync(licensed: 2);
        await BoardsShouldServeAsync();
        await redis.PauseAsync();
        await Eventually.TrueAsync(() => BoardOf(host) is null, "the board to be given up");
        await using var owner = new NpgsqlConnection(database.OwnerConnectionString);
        await owner.OpenAsync();
        await using var stuck = await owner.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("LOCK TABLE site IN ACCESS EXCLUSIVE MODE", owner, stuck))
            await command.ExecuteNonQueryAsync();

        var searches = Enumerable.Range(0, 40).Select(_ => world.Placement.SearchPlacesAsync(
            new SearchPlacesRequest { Latitude = 38.03, Longitude = -78.48 }, world.Operator).ResponseAsync).ToList();
        await Eventually.TrueAsync(
            () => searches.Count(search => search.IsCompleted) == searches.Count - Placement.PlaceSearch.AtOnce, "the others to be answered");
        await stuck.RollbackAsync();
        var answers = await Task.WhenAll(searches);
        answers.Count(found => found.AsOf is null).ShouldBe(Placement.PlaceSearch.AtOnce);
        answers.ShouldAllBe(found => found.Places.Single().ProgramId == program);
    }

    [Fact]
    public async Task A_cache_that_is_older_than_the_database_is_put_right_before_a_board_is_loaded_from_it()
    {
        var (_, program) = await world.OpenProgramAsync(licensed: 2);
        await BoardsShouldServeAsync();
        var before = await Redis.KeyDumpAsync(SiteKey(program));
        await world.AdmitNewPersonAsync(program);
        await Redis.KeyDeleteAsync(SiteKey(program));
        await Redis.KeyRestoreAsync(SiteKey(program), before);

        var late = await StartReplicaAsync();
        await using (late)
        {
            await Eventually.TrueAsync(() => BoardOf(late) is not null, "the board to be loaded");
            (await SearchAsync(late)).ShouldBe([(program, 1)]);
            await CacheShouldBeAsTheStoreAsync();
        }
    }

    [Fact]
    public async Task After_the_database_was_restored_from_a_backup_boards_and_cache_come_back_to_what_it_says()
    {
        var (_, kept) = await world.OpenProgramAsync(licensed: 3);
        var (lostSite, lost) = await world.OpenProgramAsync(licensed: 3, latitude: 38.2);
        await BoardsShouldServeAsync();
        await world.AdmitNewPersonAsync(kept);
        await world.AdmitNewPersonAsync(kept);
        await OpenShouldBecomeAsync(kept, 1);

        // As if the two admissions and the second site had never been.
        await world.WriteAsync(async (db, ct) =>
        {
            var (keptId, lostId, lostSiteId) = (Guid.Parse(kept), Guid.Parse(lost), Guid.Parse(lostSite));
            await db.Capacities.Where(c => c.ProgramId == keptId).ExecuteUpdateAsync(
                set => set.SetProperty(c => c.Occupied, 0).SetProperty(c => c.Version, 1), ct);
            await db.Capacities.Where(c => c.ProgramId == lostId).ExecuteUpdateAsync(set => set.SetProperty(c => c.Licensed, 0), ct);
            await db.Database.ExecuteSqlAsync($"DELETE FROM program_capacity WHERE program_id = {lostId}", ct);
            return 0;
        });
        (await SearchAsync(replica)).ShouldBe([(kept, 1), (lost, 3)], "nobody can know yet; what is shown is a hint");

        foreach (var one in new[] { host, replica })
        {
            await TakeStockAsync(one);
            (await SearchAsync(one)).ShouldBe([(kept, 3)]);
        }
        await CacheShouldBeAsTheStoreAsync();

        // The numbers go on from where the backup left them.
        await world.OfferAsync((await world.ReferEligibleAsync()).Id, kept);
        await OpenShouldBecomeAsync(kept, 2);
        await CacheShouldBeAsTheStoreAsync();
    }

    private IDatabase Redis => host.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase();

    private RedisKey SiteKey(string program) => RedisKeys.Site(world.Network, BoardOf(host)!.Program(Guid.Parse(program))!.Value.SiteId);

    private CapacityBoard? BoardOf(TestHost one) => one.Services.GetRequiredService<CapacityBoards>().Current(world.Network);

    private Task<TestHost> StartReplicaAsync() => Hosts.StartAsync(
        tokens, database, new Dictionary<string, string?> { ["ConnectionStrings:Redis"] = redis.ConnectionString });

    private Task BoardsShouldServeAsync() => Eventually.TrueAsync(
        () => BoardOf(host) is not null && BoardOf(replica) is not null, "both boards to be loaded");

    private Task TakeStockAsync(TestHost one) => one.Services.GetRequiredService<StockTaking>().TakeAsync(
        world.Network, one.Services.GetRequiredService<CapacityBoards>().Lagging(world.Network), default);

    private async Task<IReadOnlyList<(string Program, int Open)>> SearchAsync(TestHost one)
    {
        var client = new PlacementService.PlacementServiceClient(one.Channel);
        var found = await client.SearchPlacesAsync(
            new SearchPlacesRequest { Latitude = 38.03, Longitude = -78.48, RadiusMiles = 100, Limit = 100 }, world.Operator);
        return [.. found.Places.Select(place => (place.ProgramId, place.Open))];
    }

    private Task OpenShouldBecomeAsync(string program, int open) => Eventually.PassesAsync(
        async () => (await SearchAsync(replica)).ShouldContain((program, open)), "the other replica to know");

    private Task CacheShouldBeAsTheStoreAsync() => Eventually.PassesAsync(
        async () =>
        {
            var cached = (await host.Services.GetRequiredService<ICapacityCache>().ReadSitesAsync(world.Network)).ShouldNotBeNull();
            var stored = await host.Services.GetRequiredService<StoredPlaces>().VersionsAsync(world.Network, default);
            cached.SelectMany(site => site.Programs).Select(p => (p.Id, p.Counts.Version)).ShouldBe(
                stored.Select(row => (row.ProgramId, row.CountsVersion)), ignoreOrder: true);
        },
        "the cache to be as the store");
}
