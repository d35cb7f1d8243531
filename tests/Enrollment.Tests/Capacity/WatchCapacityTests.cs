using System.Diagnostics;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Enrollment.Sites;
using Platform.Enrollment.V1;
using Platform.Shared.Errors;
using Platform.Support;

namespace Platform.Enrollment.Capacity;

/// <summary>The live board: on SQLite alone, and on two replicas over PostgreSQL and a Redis that goes and comes back.</summary>
public sealed class WatchCapacityTests(Hosts hosts)
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task First_come_all_places_then_each_change(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (site, program) = await world.OpenProgramAsync(licensed: 3);
        await world.OpenProgramAsync(licensed: 1);
        await using var watch = await WatchAsync(world, world.Host, new());
        watch.Known.Count.ShouldBe(2);
        var before = watch.Known[program];
        (before.SiteId, before.Licensed, before.Occupied, before.Held, before.Open, before.Gone).ShouldBe((site, 3, 0, 0, 3, false));

        var offer = (await world.OfferAsync((await world.ReferEligibleAsync()).Id, program)).Offer;
        await watch.UntilAsync(program, p => (p.Held, p.Open) == (1, 2));
        await world.AdmitAsync(offer.Id);
        var after = await watch.UntilAsync(program, p => (p.Occupied, p.Held, p.Open) == (1, 0, 2));
        after.Version.ShouldBe(before.Version + 2);

        var (_, opened) = await world.OpenProgramAsync(licensed: 7);
        await watch.UntilAsync(opened, p => p.Open == 7);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Another_name_of_a_site_is_told(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (site, program) = await world.OpenProgramAsync(licensed: 3);
        await using var watch = await WatchAsync(world, world.Host, new());
        await world.ChangeAsync(await world.SiteAsync(site), new() { Name = "Cedar House" }, "name");
        await watch.UntilAsync(program, p => p.SiteName == "Cedar House");
    }

    [Fact]
    public async Task A_region_is_watched_and_what_joins_or_leaves_it_is_told()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (site, program) = await world.OpenProgramAsync(licensed: 3);
        var (joining, joined) = await world.OpenProgramAsync(licensed: 2);
        var region = await RegionAsync(world);
        await MoveAsync(world, site, region);
        await using var watch = await WatchAsync(world, world.Host, new() { RegionId = region.ToString() });
        watch.Known.Keys.ShouldBe([program]);
        await MoveAsync(world, joining, region);
        (await watch.UntilAsync(joined, _ => true)).RegionId.ShouldBe(region.ToString());
        await MoveAsync(world, site, null);
        await watch.UntilAsync(program, p => p.Gone);
    }

    [Fact]
    public async Task Who_is_limited_to_sites_watches_these_and_no_others()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var (site, program) = await world.OpenProgramAsync(licensed: 3);
        var (another, _) = await world.OpenProgramAsync(licensed: 3);
        var clinician = world.Tokens.Clinician(world.Network, Guid.Parse(site));
        await using var watch = await WatchAsync(world, world.Host, new(), clinician);
        watch.Known.Keys.ShouldBe([program]);
        (await FailureAsync(world, new() { SiteIds = { another } }, clinician)).ShouldBe((StatusCode.NotFound, "NOT_FOUND"));
        (await FailureAsync(world, new() { SiteIds = { World.NewId() } })).ShouldBe((StatusCode.NotFound, "NOT_FOUND"));
        (await FailureAsync(world, new() { RegionId = World.NewId() })).ShouldBe((StatusCode.NotFound, "NOT_FOUND"));
        (await FailureAsync(world, new() { RegionId = World.NewId(), SiteIds = { site } }))
            .ShouldBe((StatusCode.InvalidArgument, "INVALID_ARGUMENT"));
    }

    [Fact]
    public async Task Changes_at_every_replica_are_seen_also_while_redis_is_gone_and_after_it_came_back()
    {
        using var tokens = new TestTokens();
        await using var redis = await RedisServer.StartAsync();
        await using var database = await TestDatabase.CreateAsync("watch");
        var settings = new Dictionary<string, string?> { ["ConnectionStrings:Redis"] = redis.ConnectionString };
        await using var host = await Hosts.StartAsync(tokens, database, settings);
        await using var replica = await Hosts.StartAsync(tokens, database, settings);
        var world = new World(host, tokens, database);
        var (_, program) = await world.OpenProgramAsync(licensed: 9);
        await Eventually.TrueAsync(() => BoardIsCurrent(replica, world) && BoardIsCurrent(host, world), "the boards to be loaded");

        await using var near = await WatchAsync(world, host, new());
        await using var far = await WatchAsync(world, replica, new());
        foreach (var step in (int[])[1, 2, 3])
        {
            if (step == 2)
                await redis.KillAsync();
            if (step == 3)
                await redis.RestartAsync();
            await world.AdmitNewPersonAsync(program);
            await far.UntilAsync(program, p => p.Occupied == step);
            await near.UntilAsync(program, p => p.Occupied == step);
        }
    }

    [Fact]
    public async Task A_reader_that_is_slow_gets_the_newest_state_and_not_every_one_between()
    {
        const int Changes = 50_000;

        // The clock stands: these versions are not in the store, and the next comparison with it would put them back.
        var time = new ManualTimeProvider(DateTimeOffset.UtcNow);
        using var tokens = new TestTokens(time);
        await using var host = await Hosts.StartAsync(tokens, time: time);
        var world = new World(host, tokens, null);
        var (site, program) = await world.OpenProgramAsync(licensed: 3);
        using var call = new CapacityService.CapacityServiceClient(host.Channel).WatchCapacity(new(), world.Operator);
        (await call.ResponseStream.MoveNext(default)).ShouldBeTrue();
        await Eventually.TrueAsync(() => BoardIsCurrent(host, world), "the board to be loaded");
        var boards = host.Services.GetRequiredService<CapacityBoards>();
        for (var version = 1000; version < 1000 + Changes; version++)
            boards.Apply(world.Network, new CountsWritten(Guid.Parse(site), Guid.Parse(program), new PlaceCounts(Changes, 0, 0, version)));
        var messages = 0;
        var last = 0L;
        while (last < 1000 + Changes - 1)
        {
            (await call.ResponseStream.MoveNext(default)).ShouldBeTrue();
            var version = call.ResponseStream.Current.Changes.Places.ShouldHaveSingleItem().Version;
            version.ShouldBeGreaterThan(last);
            (last, messages) = (version, messages + 1);
        }
        messages.ShouldBeLessThan(Changes);
    }

    [Fact]
    public async Task When_nothing_changes_there_is_a_heartbeat_and_when_the_token_expires_the_stream_ends()
    {
        var time = new ManualTimeProvider(DateTimeOffset.UtcNow);
        using var tokens = new TestTokens(time);
        await using var host = await Hosts.StartAsync(tokens, time: time);
        var world = new World(host, tokens, null);
        using var call = new CapacityService.CapacityServiceClient(host.Channel).WatchCapacity(new(), world.Operator);
        (await call.ResponseStream.MoveNext(default)).ShouldBeTrue();
        call.ResponseStream.Current.Snapshot.Complete.ShouldBeTrue();
        var next = call.ResponseStream.MoveNext(default);
        await Eventually.TrueAsync(
            () =>
            {
                if (!next.IsCompleted)
                    time.Advance(TimeSpan.FromSeconds(1));
                return next.IsCompleted;
            },
            "a heartbeat");
        (await next).ShouldBeTrue();
        call.ResponseStream.Current.Heartbeat.ShouldNotBeNull();

        time.Advance(TimeSpan.FromHours(2));
        var error = await Should.ThrowAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext(default))
            {
                // The heartbeat that was due on the way.
            }
        });
        (error.StatusCode, error.ToDomainError()?.Code).ShouldBe((StatusCode.Unauthenticated, "TOKEN_EXPIRED"));
    }

    [Fact]
    public async Task When_the_service_stops_the_stream_ends()
    {
        using var tokens = new TestTokens();
        var host = await Hosts.StartAsync(tokens);
        var world = new World(host, tokens, null);
        using var channel = global::Grpc.Net.Client.GrpcChannel.ForAddress(host.Address);
        using var call = new CapacityService.CapacityServiceClient(channel).WatchCapacity(new(), world.Operator);
        (await call.ResponseStream.MoveNext(default)).ShouldBeTrue();
        var next = call.ResponseStream.MoveNext(default);
        await host.DisposeAsync();
        (await next).ShouldBeFalse();
    }

    private static bool BoardIsCurrent(TestHost host, World world) =>
        host.Services.GetRequiredService<CapacityBoards>().Current(world.Network) is not null;

    private static async Task<Watching> WatchAsync(World world, TestHost host, WatchCapacityRequest request, Metadata? headers = null)
    {
        var watching = new Watching(new CapacityService.CapacityServiceClient(host.Channel).WatchCapacity(request, headers ?? world.Operator));
        await watching.SnapshotAsync();
        return watching;
    }

    private static async Task<(StatusCode, string?)> FailureAsync(World world, WatchCapacityRequest request, Metadata? headers = null)
    {
        using var call = new CapacityService.CapacityServiceClient(world.Host.Channel).WatchCapacity(request, headers ?? world.Operator);
        var error = await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext(default));
        return (error.StatusCode, error.ToDomainError()?.Code);
    }

    private static Task<Guid> RegionAsync(World world) => world.WriteAsync((db, _) =>
    {
        var region = new Regions.Region { Id = db.NewId(), NetworkId = db.NetworkId };
        region.Rename($"Region {region.Id}");
        db.Add(region);
        return Task.FromResult(region.Id);
    });

    private static async Task MoveAsync(World world, string siteId, Guid? region)
    {
        var id = Guid.Parse(siteId);
        await world.WriteAsync((db, ct) => db.Sites.Where(s => s.Id == id).ExecuteUpdateAsync(
            set => set.SetProperty(s => s.RegionId, region).SetProperty(s => s.Version, s => s.Version + 1), ct));
        await world.Host.Services.GetRequiredService<CapacityMirror>().SitesChangedAsync(world.Network, [id]);
    }

    /// <summary>A stream, and what it told so far.</summary>
    private sealed class Watching(AsyncServerStreamingCall<WatchCapacityResponse> call) : IAsyncDisposable
    {
        private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

        public Dictionary<string, ProgramPlaces> Known { get; } = [];

        public async Task SnapshotAsync()
        {
            while (!(await NextAsync()).Snapshot.Complete)
            {
                // Another part follows.
            }
        }

        public async Task<ProgramPlaces> UntilAsync(string program, Func<ProgramPlaces, bool> holds)
        {
            // Heartbeats come in any case.
            var watch = Stopwatch.StartNew();
            while (!Known.TryGetValue(program, out var places) || !holds(places))
            {
                watch.Elapsed.ShouldBeLessThan(Limit);
                await NextAsync();
            }
            return Known[program];
        }

        public ValueTask DisposeAsync()
        {
            call.Dispose();
            return ValueTask.CompletedTask;
        }

        private async Task<WatchCapacityResponse> NextAsync()
        {
            (await call.ResponseStream.MoveNext(default).WaitAsync(Limit)).ShouldBeTrue("the stream ended");
            var message = call.ResponseStream.Current;
            foreach (var places in message.Snapshot?.Places ?? message.Changes?.Places ?? [])
                Known[places.ProgramId] = places;
            return message;
        }
    }
}
