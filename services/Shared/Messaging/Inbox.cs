using Platform.Shared.Persistence;

namespace Platform.Shared.Messaging;

/// <summary>The messages that consumers have handled.</summary>
internal static class Inbox
{
    /// <summary>
    /// The statements with which the transaction of a message opens. The first waits until no other transaction handles a message of
    /// this key at this consumer, in whichever replica: handlers read, decide and write without a lock of their own (SQLite has one
    /// writer at a time). The last notes the message, and writes no row when it was handled before; when two deliveries of it come
    /// at once, the second waits here for the first one's transaction to end.
    /// </summary>
    public static IReadOnlyList<FormattableString> Opening(ServiceDbContext db, string consumer, Guid partitionKey, Guid messageId)
    {
        FormattableString note =
            $"""
             INSERT INTO inbox_message (consumer, message_id, network_id, handled_at)
             VALUES ({consumer}, {messageId}, {db.NetworkId}, {db.Stored(db.Now)}) ON CONFLICT DO NOTHING
             """;
        var key = $"{consumer}/{partitionKey:D}";
        return db.IsPostgres ? [$"SELECT pg_advisory_xact_lock(hashtextextended({key}, 0))", note] : [note];
    }
}
