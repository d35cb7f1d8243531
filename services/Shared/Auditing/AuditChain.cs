using Microsoft.EntityFrameworkCore;
using Platform.Shared.Persistence;

namespace Platform.Shared.Auditing;

/// <summary>
/// Appends to a network's chain, as the last thing before the commit: the head row is the one lock that every audited transaction
/// of a network takes, so it is taken after every other lock, and on PostgreSQL held for one round trip that ends with the commit.
/// </summary>
internal static class AuditChain
{
    /// <summary>The statements that append the notes on PostgreSQL, where the hash of what the head held is computed.</summary>
    public static IReadOnlyList<FormattableString> Links(ServiceDbContext db, AuditActor? actor)
    {
        if (db.AuditNotes.Count == 0)
        {
            return [];
        }

        var entries = Entries(db, actor);
        T[] Column<T>(Func<AuditEntry, T> value) => [.. entries.Select(value)];
        var (network, who, zero) = (db.NetworkId, entries[0], new byte[AuditHash.Size]);
        return
        [
            // Of two that come at once, also with the first entries of a network, the second waits here.
            $"""
             INSERT INTO audit_head (network_id, sequence, hash) VALUES ({network}, 0, {zero})
             ON CONFLICT (network_id) DO UPDATE SET sequence = audit_head.sequence
             """,
            $"""
             WITH RECURSIVE note AS (
                 SELECT *
                 FROM unnest({Column(e => e.Action)}, {Column(e => e.SubjectKind)}, {Column(e => e.SubjectId)}, {Column(e => e.PersonId)},
                     {Column(e => e.Purpose)}, {Column(AuditHash.AfterSequence)})
                     WITH ORDINALITY AS n (action, subject_kind, subject_id, person_id, purpose, bytes, number)
             ), chain AS (
                 SELECT 0::bigint AS number, sequence, hash AS previous_hash, hash FROM audit_head WHERE network_id = {network}
                 UNION ALL
                 SELECT n.number, c.sequence + 1, c.hash,
                     sha256({AuditHash.BeforePrevious} || c.hash || {AuditHash.BeforeSequence(network)} || int8send(c.sequence + 1) || n.bytes)
                 FROM chain c JOIN note n ON n.number = c.number + 1
             )
             INSERT INTO audit_entry (network_id, sequence, at, actor, actor_role, action, subject_kind, subject_id, person_id, purpose,
                 trace_id, previous_hash, hash)
             SELECT {network}, c.sequence, {who.At}, {who.Actor}, {who.ActorRole}, n.action, n.subject_kind, n.subject_id, n.person_id,
                 n.purpose, {who.TraceId}, c.previous_hash, c.hash
             FROM chain c JOIN note n USING (number)
             """,
            $"""
             UPDATE audit_head SET (sequence, hash) = (
                 SELECT sequence, hash FROM audit_entry WHERE network_id = {network} ORDER BY sequence DESC LIMIT 1)
             WHERE network_id = {network}
             """,
        ];
    }

    /// <summary>Adds the notes on SQLite, which has one writer at a time: there the transaction holds the whole file.</summary>
    public static async Task AppendAsync(ServiceDbContext db, AuditActor? actor, CancellationToken cancellationToken)
    {
        if (db.AuditNotes.Count == 0)
        {
            return;
        }

        var head = await db.AuditHeads.SingleOrDefaultAsync(h => h.NetworkId == db.NetworkId, cancellationToken);
        if (head is null)
        {
            head = new AuditHead { NetworkId = db.NetworkId };
            db.AuditHeads.Add(head);
        }

        foreach (var entry in Entries(db, actor))
        {
            entry.Link(++head.Sequence, head.Hash);
            head.Hash = entry.Hash;
            db.AuditEntries.Add(entry);
        }
    }

    /// <summary>What the notes say, not yet linked.</summary>
    private static List<AuditEntry> Entries(ServiceDbContext db, AuditActor? actor)
    {
        if (actor is null)
        {
            throw new InvalidOperationException("An audit note was left in a transaction that has no actor.");
        }

        return
        [
            .. db.AuditNotes.Select(note => new AuditEntry
            {
                NetworkId = db.NetworkId,
                At = db.Now,
                Actor = actor.Subject,
                ActorRole = actor.Role,
                Action = note.Action,
                SubjectKind = note.SubjectKind,
                SubjectId = note.SubjectId,
                PersonId = note.PersonId,
                Purpose = note.Purpose,
                TraceId = actor.TraceId,
            }),
        ];
    }
}
