using Platform.Enrollment;
using Platform.Support;

[assembly: AssemblyFixture(typeof(Hosts))]

namespace Platform.Enrollment;

/// <summary>Where rows are kept.</summary>
public enum Store
{
    Sqlite,
    Postgres,
}

/// <summary>One host for each store, shared by the tests; each test has a network of its own.</summary>
public sealed class Hosts : IAsyncDisposable
{
    private readonly TestTokens tokens = new();
    private readonly Lazy<Task<AttendancePeer>> attendance = new(AttendancePeer.StartAsync);
    private readonly Lazy<Task<(TestHost Host, TestDatabase? Database)>> sqlite;
    private readonly Lazy<Task<(TestHost Host, TestDatabase? Database)>> postgres;

    public Hosts()
    {
        sqlite = new(async () => (
            await StartAsync(tokens, settings: new Dictionary<string, string?> { ["Services:Attendance"] = (await attendance.Value).Address }), null));
        postgres = new(async () =>
        {
            var database = await TestDatabase.CreateAsync("enrollment");
            var settings = new Dictionary<string, string?>
            {
                ["ConnectionStrings:Redis"] = await TestServers.RedisAsync(),
                ["Services:Attendance"] = (await attendance.Value).Address,
            };
            return (await StartAsync(tokens, database, settings), database);
        });
    }

    /// <summary>A fresh network on SQLite with the cache in the process, or on PostgreSQL with Redis.</summary>
    public async Task<World> WorldAsync(Store store)
    {
        var (host, database) = await (store == Store.Sqlite ? sqlite : postgres).Value;
        return new World(host, tokens, database);
    }

    /// <summary>What Attendance says.</summary>
    public Task<AttendancePeer> AttendanceAsync() => attendance.Value;

    public static Task<TestHost> StartAsync(
        TestTokens tokens, TestDatabase? database = null, IReadOnlyDictionary<string, string?>? settings = null,
        TimeProvider? time = null) =>
        TestHost.StartAsync("enrollment", b => b.AddEnrollment(), app => app.MapEnrollment(), tokens, database, settings, time);

    public async ValueTask DisposeAsync()
    {
        foreach (var started in new[] { sqlite, postgres }.Where(host => host.IsValueCreated))
        {
            var (host, database) = await started.Value;
            await host.DisposeAsync();
            if (database is not null)
                await database.DisposeAsync();
        }
        if (attendance.IsValueCreated)
            await (await attendance.Value).DisposeAsync();
        tokens.Dispose();
    }
}
