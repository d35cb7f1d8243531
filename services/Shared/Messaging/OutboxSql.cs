namespace Platform.Shared.Messaging;

/// <summary>How a batch is claimed. {0} is the claim's id, {1} the lease, {2} the size of the batch, {3} the present.</summary>
internal static class OutboxSql
{
    // A key is claimed by its first row: whoever gets the lock on that row gets the key's rows in order, up to the size of the
    // batch. So a later row waits while an earlier one is leased, backs off, or is being claimed by another relay at this moment
    // (SKIP LOCKED passes over it, and the later row is not the first). A first row that was claimed since the snapshot is checked
    // again on its newest version (ReadCommitted) and left out. The comparison with min() is a look-up in the index by partition
    // key for each candidate, whatever the planner thinks of the table's size; NOT EXISTS may become a join over the whole backlog.
    // It also thinks that few rows pass, and would rather read and sort all of them: hence enable_seqscan, for this transaction.
    public const string ClaimOnPostgres =
        """
        SET LOCAL enable_seqscan = off;
        WITH head AS (
            SELECT m.position, m.partition_key
            FROM outbox_message m
            WHERE (m.lease_until IS NULL OR m.lease_until <= now())
              AND (m.next_attempt_at IS NULL OR m.next_attempt_at <= now())
              AND m.position = (SELECT min(e.position) FROM outbox_message e WHERE e.partition_key = m.partition_key)
            ORDER BY m.position
            LIMIT {2}
            FOR UPDATE OF m SKIP LOCKED
        ), batch AS (
            SELECT k.position
            FROM head
            CROSS JOIN LATERAL (
                SELECT o.position FROM outbox_message o WHERE o.partition_key = head.partition_key ORDER BY o.position LIMIT {2}
            ) k
            ORDER BY k.position
            LIMIT {2}
        )
        UPDATE outbox_message m
        SET lease_owner = {0}, lease_until = now() + {1}, attempts = m.attempts + 1
        FROM batch
        WHERE m.position = batch.position
        RETURNING m.*
        """;

    // One writer at a time: nothing is claimed while this runs.
    public const string ClaimOnSqlite =
        """
        UPDATE outbox_message
        SET lease_owner = {0}, lease_until = {3} + {1}, attempts = attempts + 1
        WHERE position IN (
            SELECT m.position
            FROM outbox_message m
            WHERE NOT EXISTS (
                SELECT 1 FROM outbox_message e
                WHERE e.partition_key = m.partition_key AND e.position <= m.position
                  AND (e.lease_until > {3} OR e.next_attempt_at > {3}))
            ORDER BY m.position
            LIMIT {2})
        RETURNING *
        """;
}
