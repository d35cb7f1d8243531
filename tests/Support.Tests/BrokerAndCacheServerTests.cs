using System.Net.Sockets;
using System.Text;
using Platform.Support;

namespace Platform.Support.Tests;

public sealed class BrokerAndCacheServerTests
{
    [Fact]
    public async Task A_killed_broker_comes_back_on_its_port_and_can_be_stopped_in_order()
    {
        await using var server = await RabbitMqServer.StartAsync();
        var port = new Uri(server.ConnectionString).Port;
        await using var vhost = await TestBroker.CreateAsync("support", server);
        await GreetAsync(port);

        await server.KillAsync();
        await Should.ThrowAsync<SocketException>(() => GreetAsync(port));
        await server.RestartAsync();
        await GreetAsync(port);

        await server.StopAsync();
        await Should.ThrowAsync<SocketException>(() => GreetAsync(port));
    }

    [Fact]
    public async Task A_killed_cache_comes_back_with_its_keys()
    {
        await using var server = await RedisServer.StartAsync();
        (await RedisAsync(server, "SET kept 7")).ShouldBe("+OK");

        await server.KillAsync();
        await Should.ThrowAsync<SocketException>(() => RedisAsync(server, "GET kept"));
        await server.RestartAsync();

        (await RedisAsync(server, "GET kept")).ShouldBe("$1");
    }

    // AMQP 0-9-1, 4.2.2: the server greets a protocol header with Connection.Start, a method frame (type 1).
    private static async Task GreetAsync(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        await client.GetStream().WriteAsync("AMQP\0\0\u0009\u0001"u8.ToArray());
        var type = new byte[1];
        await client.GetStream().ReadExactlyAsync(type);
        type[0].ShouldBe((byte)1);
    }

    private static async Task<string?> RedisAsync(RedisServer server, string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", int.Parse(server.ConnectionString.Split(':')[1]));
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadLineAsync();
    }
}
