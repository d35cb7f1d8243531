using System.Diagnostics;
using MassTransit;

namespace Platform.Shared.Messaging;

/// <summary>
/// Hands one stored event to the broker, and returns when the broker has confirmed it; a broker in memory that several services
/// share confirms by <see cref="EmbeddedDelivery"/>.
/// </summary>
internal sealed class EventPublisher(IBus bus, EmbeddedDelivery? embedded = null)
{
    public async Task PublishAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        // MassTransit's own activity becomes a child of this one, which nobody records: the trace goes on where it was written.
        using var trace = new Activity("outbox");
        if (message.TraceParent is { } parent)
        {
            trace.SetParentId(parent);
            trace.Start();
        }

        if (embedded is null)
        {
            await SendAsync(message, cancellationToken);
        }
        else
        {
            await embedded.SendAsync(
                message.Id, message.EventName, () => SendAsync(message, cancellationToken), cancellationToken);
        }
    }

    private async Task SendAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        var exchange = await bus.GetSendEndpoint(new Uri($"exchange:{message.EventName}"));
        await exchange.Send(
            PublishedEvent.Instance,
            context =>
            {
                context.MessageId = message.Id;
                context.Durable = true;
                context.Serializer = new StoredPayload(message.Payload);
                context.Headers.Set(EventHeaders.Network, message.NetworkId.ToString("D"));
                context.Headers.Set(EventHeaders.PartitionKey, message.PartitionKey.ToString("D"));
                context.Headers.Set(EventHeaders.EventName, message.EventName);
                context.Headers.Set(EventHeaders.SchemaVersion, message.SchemaVersion);
                context.Headers.Set(EventHeaders.TraceParent, message.TraceParent);
            },
            cancellationToken);
    }
}
