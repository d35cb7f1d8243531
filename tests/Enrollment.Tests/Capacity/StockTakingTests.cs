using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Support;

namespace Platform.Enrollment.Capacity;

public sealed class StockTakingTests
{
    [Fact]
    public async Task By_itself_a_board_comes_back_to_what_the_store_says_within_a_minute()
    {
        var time = new ManualTimeProvider(DateTimeOffset.UtcNow);
        using var tokens = new TestTokens(time);
        await using var host = await Hosts.StartAsync(tokens, time: time);
        var world = new World(host, tokens, null);
        var (_, behind) = await world.OpenProgramAsync(licensed: 5);
        var (_, ahead) = await world.OpenProgramAsync(licensed: 5);
        var boards = host.Services.GetRequiredService<CapacityBoards>();
        await Eventually.TrueAsync(() => boards.Current(world.Network) is not null, "the board to be loaded");
        await ChangeUnnoticedAsync(world, behind, licensed: 7, version: 9);
        await ChangeUnnoticedAsync(world, ahead, licensed: 3, version: 0);
        (await OpenAsync()).ShouldBe((5, 5), "nobody said a word");
        var minute = time.GetUtcNow().AddMinutes(1);
        await Eventually.PassesAsync(
            async () =>
            {
                if (time.GetUtcNow() < minute)
                    time.Advance(TimeSpan.FromSeconds(1));
                (await OpenAsync()).ShouldBe((7, 3));
            },
            "the board to be put right");
        time.GetUtcNow().ShouldBeLessThanOrEqualTo(minute);

        async Task<(int Behind, int Ahead)> OpenAsync()
        {
            var places = (await world.SearchAsync()).ToDictionary(place => place.ProgramId, place => place.Open);
            return (places[behind], places[ahead]);
        }
    }

    [Fact]
    public async Task However_many_watch_at_once_before_a_board_is_loaded_the_store_is_asked_twice_at_the_most()
    {
        using var tokens = new TestTokens();
        await using var host = await Hosts.StartAsync(tokens);
        var world = new World(host, tokens, null);
        var (_, program) = await world.OpenProgramAsync(licensed: 3);
        var queries = new QueryCount();
        using var counted = queries.Of(host);
        var stock = ActivatorUtilities.CreateInstance<StockTaking>(host.Services, new StoredPlaces(counted));
        using var boards = ActivatorUtilities.CreateInstance<CapacityBoards>(host.Services, stock);
        await boards.CatchUpAsync(world.Network, default);
        var one = queries.Count;
        await ChangeUnnoticedAsync(world, program, licensed: 7, version: 9);
        queries.Reset();
        var opened = new TaskCompletionSource();
        queries.Opened = opened.Task;
        var watching = Enumerable.Range(0, 40).Select(_ => boards.CatchUpAsync(world.Network, default)).ToList();
        opened.SetResult();
        await Task.WhenAll(watching);
        queries.Count.ShouldBeLessThanOrEqualTo(2 * one);
        boards.Lagging(world.Network).Program(Guid.Parse(program))!.Value.Counts.Licensed.ShouldBe(7);
    }

    // On a busy machine an answer is late though all is well.
    [Fact]
    public async Task A_board_is_given_up_when_the_cache_was_not_heard_twice_and_not_once()
    {
        var time = new ManualTimeProvider(DateTimeOffset.UtcNow);
        using var tokens = new TestTokens(time);
        await using var host = await Hosts.StartAsync(tokens, time: time);
        var cache = new LateCache(host.Services.GetRequiredService<ICapacityCache>());
        using var boards = ActivatorUtilities.CreateInstance<CapacityBoards>(host.Services, cache);
        var network = Guid.NewGuid();
        await boards.StartAsync(default);
        await Eventually.TrueAsync(() => boards.Current(network) is not null, "the board to be loaded");
        var kept = new List<bool>();
        foreach (var late in (bool[])[true, false, true, true, false])
            kept.Add(await BeatAsync(late));
        kept.ShouldBe([true, true, true, true, false]);
        await boards.StopAsync(default);

        // Whether the board was relied on when the beat began, and so the one before it had ended.
        async Task<bool> BeatAsync(bool late)
        {
            var asked = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            cache.OnAsked = () =>
            {
                asked.TrySetResult(boards.Current(network) is not null);
                return !late;
            };
            await Eventually.TrueAsync(
                () =>
                {
                    if (!asked.Task.IsCompleted)
                        time.Advance(TimeSpan.FromMilliseconds(100));
                    return asked.Task.IsCompleted;
                },
                "the cache to be asked");
            return await asked.Task;
        }
    }

    /// <summary>A cache whose echo may be late.</summary>
    private sealed class LateCache(ICapacityCache cache) : ICapacityCache
    {
        /// <summary>Called when it is asked whether it is heard; answers that.</summary>
        public Func<bool> OnAsked { get; set; } = () => true;

        public long Interruptions => cache.Interruptions;

        public Task<bool> WriteCountsAsync(Guid networkId, CountsWritten change) => cache.WriteCountsAsync(networkId, change);

        public Task<bool> WriteSitesAsync(Guid networkId, IReadOnlyList<SiteWritten> changes) => cache.WriteSitesAsync(networkId, changes);

        public Task<bool> RemoveSiteAsync(Guid networkId, SiteRemoved change) => cache.RemoveSiteAsync(networkId, change);

        public Task<bool> TryLeaseAsync(Guid networkId, string what, TimeSpan duration) => cache.TryLeaseAsync(networkId, what, duration);

        public Task<int?> CountSitesAsync(Guid networkId) => cache.CountSitesAsync(networkId);

        public Task<IReadOnlyList<CachedSite>?> ReadSitesAsync(Guid networkId) => cache.ReadSitesAsync(networkId);

        public Task<bool> FollowAsync(Guid networkId, Action<CapacityChange> follower) => cache.FollowAsync(networkId, follower);

        public Task<bool> IsHeardAsync() => Task.FromResult(OnAsked());
    }

    private static Task ChangeUnnoticedAsync(World world, string program, int licensed, long version) => world.WriteAsync((db, ct) =>
    {
        var id = Guid.Parse(program);
        return db.Capacities.Where(c => c.ProgramId == id).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.Licensed, licensed).SetProperty(c => c.Version, version), ct);
    });

    [Fact]
    public async Task A_network_whose_sites_cannot_be_read_does_not_keep_the_boards_of_the_others_from_being_loaded()
    {
        using var tokens = new TestTokens();
        await using var host = await Hosts.StartAsync(tokens);
        var world = new World(host, tokens, null);
        await world.OpenProgramAsync(licensed: 1);
        await world.WriteAsync((db, ct) => db.Database.ExecuteSqlAsync($"UPDATE site SET payers = 'NobodyKnows', version = version + 1", ct));
        var boards = host.Services.GetRequiredService<CapacityBoards>();
        Guid[] networks = [world.Network, .. Enumerable.Range(0, 8).Select(_ => Guid.NewGuid())];
        await Eventually.TrueAsync(
            () => networks.Count(network => boards.Current(network) is not null) == networks.Length - 1, "the other boards to be loaded");
        boards.Current(world.Network).ShouldBeNull();
    }
}
