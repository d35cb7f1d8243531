using System.Net.Mime;
using MassTransit;
using MassTransit.Serialization;

namespace Platform.Shared.Messaging;

/// <summary>
/// All that MassTransit knows of an event. On the wire the body is the event's JSON as the outbox holds it, and the headers say
/// which event it is: a relay can publish an event that a newer release of its service wrote, and whoever is not .NET can read it.
/// </summary>
internal sealed class PublishedEvent
{
    public static PublishedEvent Instance { get; } = new();
}

/// <summary>The headers of an event on the broker.</summary>
internal static class EventHeaders
{
    public const string Network = "platform-network";
    public const string PartitionKey = "platform-partition-key";
    public const string EventName = "platform-event";
    public const string SchemaVersion = "platform-schema-version";
    public const string TraceParent = "traceparent";

    public static Guid PartitionKeyOf(MessageContext context) =>
        Guid.TryParse(context.Headers.Get<string>(PartitionKey), out var key) ? key : context.MessageId ?? Guid.Empty;
}

/// <summary>Writes the stored JSON as it is.</summary>
internal sealed class StoredPayload(string json) : IMessageSerializer
{
    public System.Net.Mime.ContentType ContentType { get; } = new(MediaTypeNames.Application.Json);

    public MessageBody GetMessageBody<T>(SendContext<T> context)
        where T : class => new StringMessageBody(json);
}
