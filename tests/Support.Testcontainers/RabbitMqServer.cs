using DotNet.Testcontainers.Containers;
using Testcontainers.RabbitMq;

namespace Platform.Support;

/// <summary>A RabbitMQ broker of a test's own.</summary>
public sealed class RabbitMqServer : TestServer
{
    private const int ManagementPort = 15672;
    private readonly int port;

    private RabbitMqServer(IContainer container, int port)
        : base(container) => this.port = port;

    /// <summary>The default virtual host as an AMQP address, with name and password.</summary>
    public override string ConnectionString => $"amqp://test:test@{Hostname}:{port}/";

    /// <summary>The broker's management API, with name and password.</summary>
    public Uri Management => new($"http://test:test@{Hostname}:{port + 1}/");

    /// <summary>Starts an empty one.</summary>
    public static async Task<RabbitMqServer> StartAsync()
    {
        var port = FreePort.Next(2);
        // The broker names its data after the host; guest is refused from outside the container.
        var container = new RabbitMqBuilder("rabbitmq:3.13-management")
            .WithHostname("broker")
            .WithUsername("test")
            .WithPassword("test")
            .WithPortBinding(port, RabbitMqBuilder.RabbitMqPort)
            .WithPortBinding(port + 1, ManagementPort)
            .WithCreateParameterModifier(parameters => parameters.HostConfig.Init = true)
            .Build();
        var server = new RabbitMqServer(container, port);
        await server.RestartAsync();
        return server;
    }
}
