using Platform.Support;

namespace Platform.Enrollment;

/// <summary>Tests with a PostgreSQL database and a host of their own: it is seen who waits for whom.</summary>
public abstract class OwnDatabaseTests(string name) : IAsyncLifetime
{
    private readonly TestTokens tokens = new();
    private TestDatabase database = null!;

    protected TestHost Host { get; private set; } = null!;

    protected World World { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync(name);
        Host = await Hosts.StartAsync(tokens, database);
        World = new World(Host, tokens, database);
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await database.DisposeAsync();
        tokens.Dispose();
        GC.SuppressFinalize(this);
    }
}
