using System.Net.Sockets;
using System.Text;

namespace Platform.Support;

/// <summary>
/// A Redis server of a test's own. It starts within tenths of a second, so a test class that counts keys or flushes takes
/// one.
/// </summary>
public sealed class RedisServer : TestServer
{
    private readonly int port;

    private RedisServer(int port)
        : base("redis", port) => this.port = port;

    /// <summary>Host and port, as StackExchange.Redis reads it.</summary>
    public override string ConnectionString => $"127.0.0.1:{port}";

    /// <summary>Starts an empty one.</summary>
    public static async Task<RedisServer> StartAsync()
    {
        var server = new RedisServer(FreePort.Next());
        await server.RestartAsync();
        return server;
    }

    // While Redis reads its file it accepts connections and answers -LOADING.
    private protected override async Task AnswersAsync()
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        var stream = client.GetStream();
        await stream.WriteAsync("PING\r\n"u8.ToArray());
        var answer = new byte[7];
        await stream.ReadExactlyAsync(answer);
        if (Encoding.ASCII.GetString(answer) != "+PONG\r\n")
            throw new InvalidOperationException("Redis is loading");
    }
}
