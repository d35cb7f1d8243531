using Platform.Attendance.Tests.Support;
using Platform.Support;

[assembly: AssemblyFixture(typeof(AttendanceHosts))]

namespace Platform.Attendance.Tests.Support;

/// <summary>Which store a service runs on.</summary>
public enum Store
{
    Postgres,
    Sqlite,
}

/// <summary>
/// One service for each store, shared by all tests, each of which is a network of its own. Nothing relays its outbox, so that a test
/// reads there what was told.
/// </summary>
public sealed class AttendanceHosts : IAsyncLifetime
{
    private readonly TestTokens tokens = new();
    private readonly Lazy<Task<TestHost>> sqlite;
    private readonly Lazy<Task<TestHost>> postgres;
    private TestDatabase? database;

    public AttendanceHosts()
    {
        sqlite = new(() => StartAsync(null));
        postgres = new(async () => await StartAsync(database = await TestDatabase.CreateAsync("attendance")));
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async Task<World> NewWorldAsync(Store store) => new(await (store == Store.Sqlite ? sqlite : postgres).Value, tokens);

    public async ValueTask DisposeAsync()
    {
        // A host fails the run for what it logged; whatever it says, nothing is left behind.
        try
        {
            if (sqlite.IsValueCreated)
                await (await sqlite.Value).DisposeAsync();
        }
        finally
        {
            try
            {
                if (postgres.IsValueCreated)
                    await (await postgres.Value).DisposeAsync();
            }
            finally
            {
                if (database is not null)
                    await database.DisposeAsync();
                tokens.Dispose();
            }
        }
    }

    private Task<TestHost> StartAsync(TestDatabase? store) => TestHost.StartAsync(
        "attendance",
        builder =>
        {
            builder.AddAttendance();
            var relay = builder.Services.Single(s => s.ImplementationType?.Name.StartsWith("OutboxRelay", StringComparison.Ordinal) == true);
            builder.Services.Remove(relay);
        },
        app => app.MapAttendance(),
        tokens,
        store);
}
