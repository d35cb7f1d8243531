using System.Diagnostics;
using MassTransit;

namespace Platform.Shared.Messaging;

/// <summary>Hands one stored event to the broker, and returns when the broker has confirmed it.</summary>
internal sealed class EventPublisher(IBus bus)
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
