using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Placement;
using Platform.Enrollment.Plans;
using Platform.Enrollment.Waitlist;
using Platform.Shared.Errors;
using Platform.Shared.Persistence;
using Platform.Shared.Workers;
using Platform.Support;

namespace Platform.Enrollment;

/// <summary>Background workers serve all networks of the store: what a round costs, and whom trouble touches.</summary>
public sealed class WorkerRoundTests : IAsyncLifetime
{
    private readonly TestTokens tokens = new();
    private readonly QueryCount queries = new();
    private TestDatabase database = null!;
    private TestHost host = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync("rounds");
        host = await Hosts.StartAsync(tokens, database);
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await database.DisposeAsync();
        tokens.Dispose();
    }

    [Fact]
    public async Task A_round_costs_as_much_with_two_hundred_networks_as_with_two()
    {
        var workers = new NetworkWorker<EnrollmentDbContext>[]
        {
            Create<OfferSweeper>(), Create<WaitlistWorker>(), Create<CapacityScheduleSweeper>(), Create<PlanPassWorker>(),
        };
        var world = new World(host, tokens, database);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        await EnterAsync(1);
        var few = await RoundsAsync();
        await EnterAsync(198);
        var many = await RoundsAsync();
        many.ShouldBe(few);
        many.ShouldAllBe(count => count > 0 && count <= 30);

        async Task<List<int>> RoundsAsync()
        {
            var counts = new List<int>();
            foreach (var worker in workers)
            {
                // Twice: the due days of a network are gone through once more in the round after.
                await worker.RunAsync(default);
                await worker.RunAsync(default);
                if (worker is OfferSweeper)
                    await world.RunOutAsync((await world.OfferAsync((await world.ReferEligibleAsync()).Id, program)).Offer.Id);
                queries.Reset();
                await worker.RunAsync(default);
                counts.Add(queries.Count);
            }

            return counts;
        }
    }

    [Fact]
    public async Task What_goes_wrong_in_a_network_does_not_keep_the_others()
    {
        var offers = new List<(World World, string Program)>();
        for (var i = 0; i < 3; i++)
        {
            var world = new World(host, tokens, database);
            var (_, program) = await world.OpenProgramAsync(licensed: 1);
            offers.Add((world, program));
        }

        // Its places do not cover its offers.
        var broken = offers[1];
        foreach (var (world, program) in offers)
        {
            var offer = (await world.OfferAsync((await world.ReferEligibleAsync()).Id, program)).Offer;
            if (world == broken.World)
                await world.WriteAsync((db, ct) => db.Capacities.ExecuteUpdateAsync(set => set.SetProperty(c => c.Held, 0), ct));
            await world.RunOutAsync(offer.Id);
        }

        await Create<OfferSweeper>().RunAsync(default);
        foreach (var (world, program) in offers)
        {
            var held = await world.ReadAsync((db, ct) => db.Offers.CountAsync(o => o.Status == OfferStatus.Held, ct));
            held.ShouldBe(world == broken.World ? 1 : 0);
        }
    }

    [Fact]
    public async Task A_worker_finds_the_rows_of_all_networks_and_changes_none()
    {
        var world = new World(host, tokens, database);
        await world.OpenProgramAsync(licensed: 1);
        var store = host.Services.GetRequiredService<Database<EnrollmentDbContext>>();
        (await store.ReadAsync(
            ServiceDbContext.AllNetworks, (db, ct) => db.Capacities.IgnoreQueryFilters().CountAsync(ct), default)).ShouldBe(1);
        (await store.WriteAsync(
            ServiceDbContext.AllNetworks,
            actor: null,
            (db, ct) => db.Capacities.IgnoreQueryFilters().ExecuteUpdateAsync(set => set.SetProperty(c => c.Licensed, 9), ct),
            default)).ShouldBe(0);
        (await store.ReadAsync(
            ServiceDbContext.AllNetworks, (db, ct) => db.Sites.IgnoreQueryFilters().CountAsync(ct), default)).ShouldBe(0);
    }

    [Fact]
    public async Task A_worker_that_is_stopped_while_the_database_is_away_ends_and_says_before_what_was_wrong()
    {
        var logs = new Lines();
        using var worker = new Cut(host.Services.GetRequiredService<Database<EnrollmentDbContext>>(), logs);
        await worker.StartAsync(default);
        await worker.SecondRound.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await worker.StopAsync(default);
        await Should.NotThrowAsync(worker.ExecuteTask.ShouldNotBeNull());
        logs.Written.ShouldHaveSingleItem().ShouldContain("(DomainException UNAVAILABLE)");
    }

    /// <summary>A worker beside those of the host, whose queries are counted.</summary>
    private T Create<T>() => ActivatorUtilities.CreateInstance<T>(host.Services, queries.Of(host));

    private async Task EnterAsync(int networks)
    {
        var store = host.Services.GetRequiredService<Database<EnrollmentDbContext>>();
        for (var i = 0; i < networks; i++)
        {
            await store.WriteAsync(
                Guid.NewGuid(),
                actor: null,
                async (db, ct) =>
                {
                    await db.EnterNetworkAsync(ct);
                    return true;
                },
                default);
        }
    }

    /// <summary>Finds the database away: at once, and in the second round when it is stopped.</summary>
    private sealed class Cut(Database<EnrollmentDbContext> database, ILogger logger)
        : NetworkWorker<EnrollmentDbContext>(database, TimeProvider.System, logger)
    {
        private int rounds;

        public TaskCompletionSource SecondRound { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override TimeSpan Interval => TimeSpan.FromMilliseconds(1);

        public override async Task<bool> RunAsync(CancellationToken cancellationToken)
        {
            if (++rounds > 1)
            {
                SecondRound.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            throw DomainError.Unavailable("database").ToException();
        }

        protected override Task<List<Guid>> DueAsync(EnrollmentDbContext db, CancellationToken cancellationToken) =>
            Task.FromResult<List<Guid>>([]);

        protected override Task<bool> ServeAsync(Guid networkId, CancellationToken cancellationToken) => Task.FromResult(true);
    }

    private sealed class Lines : ILogger
    {
        public ConcurrentQueue<string> Written { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Enqueue(formatter(state, exception));
    }
}
