using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Platform.Support;

namespace Platform.Enrollment.Contention;

/// <summary>
/// Sixty-four work at once on a handful of places, in two processes of the service, while each of these and Redis are killed and
/// started again. PLATFORM_CONTENTION_SECONDS says for how long.
/// </summary>
public sealed class PlacesUnderFireTests : IAsyncLifetime
{
    private const int Workers = 64;
    private static readonly int[] Licensed = [2, 3, 4, 6];
    private readonly TestTokens tokens = new();
    private RedisServer redis = null!;
    private TestDatabase database = null!;

    public async ValueTask InitializeAsync()
    {
        redis = await RedisServer.StartAsync();
        database = await TestDatabase.CreateAsync("fire");
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        await redis.DisposeAsync();
        tokens.Dispose();
    }

    [Fact]
    public async Task No_place_is_given_twice_or_lost_and_the_line_is_kept()
    {
        var length = TimeSpan.FromSeconds(double.Parse(
            Environment.GetEnvironmentVariable("PLATFORM_CONTENTION_SECONDS") ?? "20", CultureInfo.InvariantCulture));
        var settings = new Dictionary<string, string?> { ["ConnectionStrings:Redis"] = redis.ConnectionString };
        var places = new List<(string SiteId, string ProgramId)>();
        Guid network;
        string template;
        await using (var host = await Hosts.StartAsync(tokens, database, settings))
        {
            var world = new World(host, tokens, database);
            network = world.Network;
            foreach (var licensed in Licensed)
                places.Add(await world.OpenProgramAsync(licensed));
            template = (await world.ReferEligibleAsync()).Id;
        }
        await using var rows = new PlacesDatabase(database, network);
        var referrals = new ConcurrentQueue<string>(await rows.CopyReferralAsync(template, 200 + (int)(150 * length.TotalSeconds)));
        var outcomes = new ConcurrentDictionary<string, int>();
        await using (var one = new ServiceProcess(tokens, database, redis.ConnectionString))
        await using (var other = new ServiceProcess(tokens, database, redis.ConnectionString))
        {
            await Task.WhenAll(one.StartAsync(), other.StartAsync());
            using var stop = new CancellationTokenSource();
            var headers = tokens.Operator(network);
            var workers = Task.WhenAll(Enumerable.Range(0, Workers).Select(number => Task.Run(() =>
                new Caseworker([one.Channel, other.Channel], headers, rows, places, referrals, outcomes, number).WorkAsync(stop.Token))));
            var watch = WatchAsync(rows, stop.Token);
            try
            {
                await KillThingsAsync(length, one, other, workers);
            }
            finally
            {
                await stop.CancelAsync();
            }
            await workers;
            await watch;
            TestContext.Current.TestOutputHelper?.WriteLine(
                string.Join(", ", outcomes.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => $"{o.Key} {o.Value}")));

            // What was left behind is found by whoever lives: at the end nothing is owed to anybody.
            await Eventually.TrueAsync(async () => await rows.NotesAsync() == 0, "all notes to be dealt with", TimeSpan.FromSeconds(120));
            (one.Output + other.Output).ShouldNotContain("InvalidOperationException");
        }
        (await rows.FaultsAsync()).ShouldBeEmpty();
        var line = await LineReplay.ReadAsync(rows);
        line.Violations.ShouldBeEmpty();
        line.Offers.ShouldBeGreaterThan(5, "the waitlist offered next to nothing, so the test shows nothing");
        new[] { "PROGRAM_FULL", "repeated", "AdmitRequest", "DeclineOfferRequest", "TransferEpisodeRequest", "DischargeRequest" }
            .Where(step => !outcomes.ContainsKey(step)).ShouldBeEmpty("the load left out what it was to contest");
        await EverybodyIsServedAsync(rows, line, places);
        await CacheFollowsAsync(network, settings, places);
    }

    private async Task KillThingsAsync(TimeSpan length, ServiceProcess one, ServiceProcess other, Task workers)
    {
        var part = length / 8;

        // Ends early when a worker fails, whose failure is then seen.
        Task PauseAsync(int parts) => Task.WhenAny(workers, Task.Delay(part * parts));
        await PauseAsync(2);
        await one.KillAsync();
        await PauseAsync(1);
        await one.StartAsync();
        await PauseAsync(1);
        await redis.KillAsync();
        await PauseAsync(1);
        await other.KillAsync();
        await redis.RestartAsync();
        await other.StartAsync();
        await PauseAsync(2);
        await one.KillAsync();
        await one.StartAsync();
        await PauseAsync(1);
    }

    private static async Task WatchAsync(PlacesDatabase rows, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            (await rows.FaultsAsync()).ShouldBeEmpty("seen while the load ran");
            await Task.Delay(100, CancellationToken.None);
        }
    }

    /// <summary>No place stays open for which somebody stands in line.</summary>
    private static async Task EverybodyIsServedAsync(
        PlacesDatabase rows, LineReplay line, IReadOnlyList<(string SiteId, string ProgramId)> places)
    {
        var open = new List<Guid>();
        await rows.QueryAsync(
            "SELECT program_id FROM program_capacity WHERE occupied + held < licensed", row => open.Add(row.GetGuid(0)));
        foreach (var (site, program) in places.Where(place => open.Contains(Guid.Parse(place.ProgramId))))
            line.StandingFor(Guid.Parse(program), Guid.Parse(site)).ShouldBeEmpty($"{program} has an open place");
    }

    private async Task CacheFollowsAsync(
        Guid network, Dictionary<string, string?> settings, IReadOnlyList<(string SiteId, string ProgramId)> places)
    {
        await using var host = await Hosts.StartAsync(tokens, database, settings);
        var placement = new V1.PlacementService.PlacementServiceClient(host.Channel);
        var rows = new PlacesDatabase(database, network);
        await using (rows)
        {
            foreach (var (_, program) in places)
                await Eventually.PassesAsync(
                    async () =>
                    {
                        var cached = await placement.GetCapacityAsync(new() { ProgramId = program }, tokens.Operator(network));
                        await rows.QueryAsync(
                            $"SELECT licensed, occupied, held, version FROM program_capacity WHERE program_id = '{program}'",
                            row => (cached.Licensed, cached.Occupied, cached.Held, cached.Version)
                                .ShouldBe((row.GetInt32(0), row.GetInt32(1), row.GetInt32(2), row.GetInt64(3))));
                    },
                    "the cache to be as the store");
        }
    }
}
