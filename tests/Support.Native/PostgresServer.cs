using Npgsql;

namespace Platform.Support;

/// <summary>A PostgreSQL server of a test's own.</summary>
public sealed class PostgresServer : TestServer
{
    private PostgresServer(int port)
        : base("postgres", port) =>
        ConnectionString = $"Host=127.0.0.1;Port={port};Username=postgres;Password=postgres;Database=postgres";

    /// <summary>As the superuser, to the database <c>postgres</c>.</summary>
    public override string ConnectionString { get; }

    /// <summary>Starts one with fresh data.</summary>
    public static async Task<PostgresServer> StartAsync()
    {
        var server = new PostgresServer(FreePort.Next());
        await server.RestartAsync();
        return server;
    }

    private protected override async Task AnswersAsync()
    {
        await using var probe = new NpgsqlConnection(ConnectionString + ";Pooling=false;Timeout=5");
        await probe.OpenAsync();
    }
}
