using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Platform.Shared.Messaging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Platform.Shared.Tests.Messaging;

/// <summary>A queue of a test's own on an event's exchange, read in order by a bare client.</summary>
internal sealed class WireTap : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly Channel<WireMessage> _arrived = Channel.CreateUnbounded<WireMessage>();

    private WireTap(IConnection connection) => _connection = connection;

    public static async Task<WireTap> OpenAsync(string broker, string exchange)
    {
        var connection = await new ConnectionFactory { Uri = new Uri(broker) }.CreateConnectionAsync();
        var tap = new WireTap(connection);
        var channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true);
        var queue = await channel.QueueDeclareAsync();
        await channel.QueueBindAsync(queue.QueueName, exchange, string.Empty);
        await tap.ConsumeAsync(channel, queue.QueueName);
        return tap;
    }

    /// <summary>Takes what waits in a queue that is there.</summary>
    public static async Task<WireTap> OnQueueAsync(string broker, string queue)
    {
        var connection = await new ConnectionFactory { Uri = new Uri(broker) }.CreateConnectionAsync();
        var tap = new WireTap(connection);
        await tap.ConsumeAsync(await connection.CreateChannelAsync(), queue);
        return tap;
    }

    /// <summary>The next messages, once there are that many.</summary>
    public async Task<List<WireMessage>> ReadAsync(int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var messages = new List<WireMessage>();
        while (messages.Count < count)
            messages.Add(await _arrived.Reader.ReadAsync(limit.Token));
        return messages;
    }

    public async ValueTask DisposeAsync() => await _connection.DisposeAsync();

    private async Task ConsumeAsync(IChannel channel, string queue)
    {
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, delivery) => await _arrived.Writer.WriteAsync(new WireMessage(
            Guid.Parse(delivery.BasicProperties.MessageId!),
            Encoding.UTF8.GetString(delivery.Body.Span),
            delivery.BasicProperties.Headers!.ToDictionary(h => h.Key, h => Text(h.Value), StringComparer.Ordinal)));
        await channel.BasicConsumeAsync(queue, autoAck: true, consumer);
    }

    private static string Text(object? value) =>
        value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty;
}

internal sealed record WireMessage(Guid Id, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public T As<T>() => JsonSerializer.Deserialize<T>(Body, EventJson.Options)!;
}
