using DotNet.Testcontainers.Containers;
using Testcontainers.Redis;

namespace Platform.Support;

/// <summary>
/// A Redis server of a test's own. It starts within a second, so a test class that counts keys or flushes takes one.
/// </summary>
public sealed class RedisServer : TestServer
{
    private readonly int port;

    private RedisServer(IContainer container, int port)
        : base(container) => this.port = port;

    /// <summary>Host and port, as StackExchange.Redis reads it.</summary>
    public override string ConnectionString => $"{Hostname}:{port}";

    /// <summary>Starts an empty one.</summary>
    public static async Task<RedisServer> StartAsync()
    {
        var port = FreePort.Next();
        var container = new RedisBuilder("redis:7.0")
            .WithPortBinding(port, RedisBuilder.RedisPort)
            .WithCommand("redis-server", "--save", "", "--appendonly", "yes", "--appendfsync", "no")
            .WithCreateParameterModifier(parameters => parameters.HostConfig.Init = true)
            .Build();
        var server = new RedisServer(container, port);
        await server.RestartAsync();
        return server;
    }
}
