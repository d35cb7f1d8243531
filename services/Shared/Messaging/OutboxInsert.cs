namespace Platform.Shared.Messaging;

/// <summary>How events get into PostgreSQL's outbox: all of a transaction in one statement, in the order in which they were published.</summary>
internal static class OutboxInsert
{
    /// <summary>The statement; none when there are no events.</summary>
    public static IReadOnlyList<FormattableString> Of(IReadOnlyList<OutboxMessage> events)
    {
        if (events.Count == 0)
        {
            return [];
        }

        T[] Column<T>(Func<OutboxMessage, T> value) => [.. events.Select(value)];
        return
        [
            $"""
             INSERT INTO outbox_message (id, network_id, partition_key, event_name, schema_version, trace_parent, payload, created_at, attempts)
             SELECT e.id, e.network_id, e.partition_key, e.event_name, e.schema_version, e.trace_parent, e.payload, e.created_at, 0
             FROM unnest({Column(e => e.Id)}, {Column(e => e.NetworkId)}, {Column(e => e.PartitionKey)}, {Column(e => e.EventName)},
                 {Column(e => e.SchemaVersion)}, {Column(e => e.TraceParent)}, {Column(e => e.Payload)}, {Column(e => e.CreatedAt)})
                 WITH ORDINALITY AS e (id, network_id, partition_key, event_name, schema_version, trace_parent, payload, created_at, number)
             ORDER BY e.number
             """,
        ];
    }
}
