using Microsoft.EntityFrameworkCore;
using Platform.Shared.Auditing;
using Platform.Shared.Messaging;
using Platform.Shared.Requests;

namespace Platform.Shared.Persistence;

/// <summary>The tables that every service has.</summary>
internal static class SharedTables
{
    public static void Map(ModelBuilder model)
    {
        model.Entity<OutboxMessage>(e =>
        {
            e.ToTable("outbox_message");
            e.HasKey(m => m.Position);
            e.Property(m => m.Position).ValueGeneratedOnAdd();
            e.HasIndex(m => m.Id).IsUnique();
            // The one index of the claim beside the key: what is first of its partition key. The columns that a claim changes
            // are in no index, so that PostgreSQL updates a row in place (HOT).
            e.HasIndex(m => new { m.PartitionKey, m.Position });
        });
        model.Entity<DeadMessage>(e =>
        {
            e.ToTable("outbox_dead_message");
            e.HasKey(m => m.Id);
        });
        model.Entity<InboxMessage>(e =>
        {
            e.ToTable("inbox_message");
            e.HasKey(m => new { m.Consumer, m.MessageId });
            e.HasIndex(m => m.HandledAt);
        });
        model.Entity<HandledRequest>(e =>
        {
            e.ToTable("handled_request");
            e.HasKey(r => new { r.NetworkId, r.RequestId });
            e.HasIndex(r => r.HandledAt);
        });
        model.Entity<AuditEntry>(e =>
        {
            e.ToTable("audit_entry");
            e.HasKey(a => new { a.NetworkId, a.Sequence });
            e.HasIndex(a => new { a.NetworkId, a.PersonId });
        });
        model.Entity<AuditHead>(e =>
        {
            e.ToTable("audit_head");
            e.HasKey(h => h.NetworkId);
        });
    }
}
