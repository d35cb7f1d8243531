using Platform.Support;

namespace Platform.Billing.Tests.Support;

/// <summary>Where a host keeps its rows.</summary>
public enum Store
{
    Sqlite,
    Postgres,
}

/// <summary>The Billing service, whole, with its peers.</summary>
public sealed class BillingHost : IAsyncDisposable
{
    private readonly TestDatabase? database;
    private readonly TestTokens tokens;

    private BillingHost(TestHost host, Peers peers, TestTokens tokens, TestDatabase? database)
    {
        Host = host;
        Peers = peers;
        this.tokens = tokens;
        this.database = database;
    }

    public TestHost Host { get; private set; }

    public Peers Peers { get; }

    public TestTokens Tokens => tokens;

    public static async Task<BillingHost> StartAsync(Store store)
    {
        var database = store == Store.Postgres ? await TestDatabase.CreateAsync("billing") : null;
        var tokens = new TestTokens();
        var peers = await Peers.StartAsync();
        return new BillingHost(await StartAsync(peers, tokens, database), peers, tokens, database);
    }

    /// <summary>Stops the service, and starts it again when something was done to its database.</summary>
    public async Task RestartAfterAsync(Func<TestDatabase, Task> meanwhile)
    {
        await Host.DisposeAsync();
        await meanwhile(database!);
        Host = await StartAsync(Peers, tokens, database);
    }

    private static Task<TestHost> StartAsync(Peers peers, TestTokens tokens, TestDatabase? database) => TestHost.StartAsync(
        "billing", b => b.AddBilling(), a => a.MapBilling(), tokens, database, new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Services:Enrollment"] = peers.Address,
            ["Services:Scheduling"] = peers.Address,
        });

    public async ValueTask DisposeAsync()
    {
        // The host fails the test for what it logged; whatever it says, nothing is left behind.
        try
        {
            await Host.DisposeAsync();
        }
        finally
        {
            await Peers.DisposeAsync();
            tokens.Dispose();
            if (database is not null)
                await database.DisposeAsync();
        }
    }
}

/// <summary>One host for each store, shared by all tests, each of which is a network of its own.</summary>
public sealed class BillingHosts : IAsyncLifetime
{
    private readonly Lazy<Task<BillingHost>> sqlite = new(() => BillingHost.StartAsync(Store.Sqlite));
    private readonly Lazy<Task<BillingHost>> postgres = new(() => BillingHost.StartAsync(Store.Postgres));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async Task<World> NewWorldAsync(Store store) => new(await (store == Store.Sqlite ? sqlite : postgres).Value);

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (sqlite.IsValueCreated)
                await (await sqlite.Value).DisposeAsync();
        }
        finally
        {
            if (postgres.IsValueCreated)
                await (await postgres.Value).DisposeAsync();
        }
    }
}
