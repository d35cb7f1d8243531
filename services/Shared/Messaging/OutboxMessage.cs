using System.Diagnostics;
using System.Text.Json;
using Platform.Shared.Persistence;

namespace Platform.Shared.Messaging;

/// <summary>An event that waits to be published; deleted when the broker has confirmed it.</summary>
internal sealed class OutboxMessage : IServedByWorkers
{
    /// <summary>UUIDv7; the message id on the broker.</summary>
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid PartitionKey { get; init; }

    /// <summary>
    /// Given by the database. Within one partition key it is the order of writing, because whoever writes holds the lock of the
    /// row that the key names; between keys it means nothing (sequence order is not commit order).
    /// </summary>
    public long Position { get; init; }

    public string EventName { get; init; } = string.Empty;

    public int SchemaVersion { get; init; }

    /// <summary>W3C trace context of the request that wrote it.</summary>
    public string? TraceParent { get; init; }

    public string Payload { get; init; } = string.Empty;

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Not before this instant; null until an attempt has failed.</summary>
    public DateTimeOffset? NextAttemptAt { get; set; }

    /// <summary>How often a relay has claimed it and the broker was there.</summary>
    public int Attempts { get; set; }

    /// <summary>The claim that it is part of; no two claims have the same owner, even of one relay.</summary>
    public Guid? LeaseOwner { get; set; }

    public DateTimeOffset? LeaseUntil { get; set; }

    public string? LastError { get; set; }

    public static OutboxMessage From(IDomainEvent domainEvent, Guid partitionKey, Guid networkId, DateTimeOffset now)
    {
        var type = domainEvent.GetType();
        var name = EventNameAttribute.Of(type);
        return new OutboxMessage
        {
            Id = Guid.CreateVersion7(now),
            NetworkId = networkId,
            PartitionKey = partitionKey,
            EventName = name.Name,
            SchemaVersion = name.SchemaVersion,
            TraceParent = Activity.Current?.Id,
            Payload = JsonSerializer.Serialize(domainEvent, type, EventJson.Options),
            CreatedAt = now,
        };
    }
}

/// <summary>An event that could not be published after all attempts; an operator lists, replays or purges it.</summary>
internal sealed class DeadMessage : IServedByWorkers
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid PartitionKey { get; init; }

    public long Position { get; init; }

    public string EventName { get; init; } = string.Empty;

    public int SchemaVersion { get; init; }

    public string? TraceParent { get; init; }

    public string Payload { get; init; } = string.Empty;

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset DiedAt { get; init; }

    public int Attempts { get; init; }

    public string? LastError { get; init; }

    public static DeadMessage From(OutboxMessage message, string error, DateTimeOffset now) => new()
    {
        Id = message.Id,
        NetworkId = message.NetworkId,
        PartitionKey = message.PartitionKey,
        Position = message.Position,
        EventName = message.EventName,
        SchemaVersion = message.SchemaVersion,
        TraceParent = message.TraceParent,
        Payload = message.Payload,
        CreatedAt = message.CreatedAt,
        DiedAt = now,
        Attempts = message.Attempts,
        LastError = error,
    };

    /// <summary>The same event, to be published after what now waits under its key.</summary>
    public OutboxMessage ToReplay() => new()
    {
        Id = Id,
        NetworkId = NetworkId,
        PartitionKey = PartitionKey,
        EventName = EventName,
        SchemaVersion = SchemaVersion,
        TraceParent = TraceParent,
        Payload = Payload,
        CreatedAt = CreatedAt,
    };
}

/// <summary>A message that a consumer has handled; the same message is not handled again.</summary>
internal sealed class InboxMessage : IServedByWorkers
{
    public string Consumer { get; init; } = string.Empty;

    public Guid MessageId { get; init; }

    public Guid NetworkId { get; init; }

    public DateTimeOffset HandledAt { get; init; }
}
