using System.Net.Sockets;

namespace Platform.Support;

/// <summary>A RabbitMQ broker of a test's own.</summary>
public sealed class RabbitMqServer : TestServer
{
    // AMQP, management, Erlang distribution and port mapper, see the script.
    private const int Ports = 4;
    private readonly int port;

    private RabbitMqServer(int port)
        : base("rabbitmq", port) => this.port = port;

    /// <summary>The default virtual host as an AMQP address, with name and password.</summary>
    public override string ConnectionString => $"amqp://guest:guest@127.0.0.1:{port}/";

    /// <summary>The broker's management API, with name and password.</summary>
    public Uri Management => new($"http://guest:guest@127.0.0.1:{port + 1}/");

    /// <summary>Starts an empty one; it takes about five seconds.</summary>
    public static async Task<RabbitMqServer> StartAsync()
    {
        var server = new RabbitMqServer(FreePort.Next(Ports));
        await server.RestartAsync();
        return server;
    }

    // It listens when it has read back its queues, for clients first and for management last.
    private protected override async Task AnswersAsync()
    {
        using var clients = new TcpClient();
        await clients.ConnectAsync("127.0.0.1", port);
        using var management = new TcpClient();
        await management.ConnectAsync("127.0.0.1", port + 1);
    }
}
