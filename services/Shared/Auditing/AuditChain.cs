using Microsoft.EntityFrameworkCore;
using Platform.Shared.Persistence;

namespace Platform.Shared.Auditing;

/// <summary>
/// Appends to a network's chain, as the last thing before the commit: the head row is the one lock that every audited transaction
/// of a network takes, so it is held for two statements and the commit only, and always taken after every other lock.
/// </summary>
internal static class AuditChain
{
    public static async Task AppendAsync(ServiceDbContext db, AuditActor? actor, CancellationToken cancellationToken)
    {
        if (db.AuditNotes.Count == 0)
        {
            return;
        }

        if (actor is null)
        {
            throw new InvalidOperationException("An audit note was left in a transaction that has no actor.");
        }

        var head = await LockHeadAsync(db, cancellationToken);
        foreach (var note in db.AuditNotes)
        {
            var unsigned = new AuditEntry
            {
                NetworkId = db.NetworkId,
                Sequence = ++head.Sequence,
                At = db.Now,
                Actor = actor.Subject,
                ActorRole = actor.Role,
                Action = note.Action,
                SubjectKind = note.SubjectKind,
                SubjectId = note.SubjectId,
                PersonId = note.PersonId,
                Purpose = note.Purpose,
                TraceId = actor.TraceId,
                PreviousHash = head.Hash,
            };
            var entry = unsigned.Sealed();
            head.Hash = entry.Hash;
            db.AuditEntries.Add(entry);
        }

        await db.SaveChangesAsync(cancellationToken);
    }

    private static async Task<AuditHead> LockHeadAsync(ServiceDbContext db, CancellationToken cancellationToken)
    {
        if (await FindHeadAsync(db, cancellationToken) is { } head)
        {
            return head;
        }

        if (db.IsPostgres)
        {
            // The first entry of a network: of two that come at once, the second waits here and then finds the row of the first.
            var zero = new byte[32];
            await db.Database.ExecuteSqlAsync(
                $"INSERT INTO audit_head (network_id, sequence, hash) VALUES ({db.NetworkId}, 0, {zero}) ON CONFLICT DO NOTHING",
                cancellationToken);
            return (await FindHeadAsync(db, cancellationToken))!;
        }

        var first = new AuditHead { NetworkId = db.NetworkId };
        db.AuditHeads.Add(first);
        return first;
    }

    /// <summary>The head, locked. SQLite has one writer at a time: there the transaction holds the whole file.</summary>
    private static Task<AuditHead?> FindHeadAsync(ServiceDbContext db, CancellationToken cancellationToken) => db.IsPostgres
        ? db.AuditHeads
            .FromSql($"SELECT * FROM audit_head WHERE network_id = {db.NetworkId} FOR UPDATE")
            .SingleOrDefaultAsync(cancellationToken)
        : db.AuditHeads.SingleOrDefaultAsync(h => h.NetworkId == db.NetworkId, cancellationToken);
}
