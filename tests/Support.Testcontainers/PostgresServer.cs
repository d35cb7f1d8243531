using DotNet.Testcontainers.Containers;
using Testcontainers.PostgreSql;

namespace Platform.Support;

/// <summary>A PostgreSQL server of a test's own.</summary>
public sealed class PostgresServer : TestServer
{
    private readonly int port;

    private PostgresServer(IContainer container, int port)
        : base(container) => this.port = port;

    /// <summary>As the superuser, to the database <c>postgres</c>.</summary>
    public override string ConnectionString =>
        $"Host={Hostname};Port={port};Username=postgres;Password=postgres;Database=postgres";

    /// <summary>Starts one with fresh data.</summary>
    public static async Task<PostgresServer> StartAsync()
    {
        var port = FreePort.Next();
        // The module turns synchronous_commit off; a kill would then lose what was committed.
        var container = new PostgreSqlBuilder("postgres:15")
            .WithUsername("postgres")
            .WithPassword("postgres")
            .WithDatabase("postgres")
            .WithPortBinding(port, PostgreSqlBuilder.PostgreSqlPort)
            .WithCommand("-c", "synchronous_commit=on", "-c", "max_connections=600")
            .WithCreateParameterModifier(parameters => parameters.HostConfig.Init = true)
            .Build();
        var server = new PostgresServer(container, port);
        await server.RestartAsync();
        return server;
    }
}
