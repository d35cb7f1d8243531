using Microsoft.EntityFrameworkCore;
using Platform.Shared.Persistence;

namespace Platform.Shared.Messaging;

/// <summary>The messages that consumers have handled.</summary>
internal static class Inbox
{
    /// <summary>
    /// Waits until no other transaction handles a message of this key at this consumer, in whichever replica: handlers read, decide
    /// and write without a lock of their own. SQLite has one writer at a time.
    /// </summary>
    public static async Task LockKeyAsync(ServiceDbContext db, string consumer, Guid partitionKey, CancellationToken cancellationToken)
    {
        if (db.IsPostgres)
        {
            var key = $"{consumer}/{partitionKey:D}";
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({key}, 0))", cancellationToken);
        }
    }

    /// <summary>
    /// Notes the message; false when it was handled before. When two deliveries of it come at once, the second waits here for the
    /// first one's transaction to end.
    /// </summary>
    public static async Task<bool> TryAddAsync(ServiceDbContext db, string consumer, Guid messageId, CancellationToken cancellationToken) =>
        await db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO inbox_message (consumer, message_id, network_id, handled_at)
             VALUES ({consumer}, {messageId}, {db.NetworkId}, {db.Stored(db.Now)}) ON CONFLICT DO NOTHING
             """,
            cancellationToken) == 1;
}
