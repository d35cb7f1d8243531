using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Platform.Billing.Claims;
using Platform.Billing.Payers;
using Platform.Billing.Remittances;

namespace Platform.Billing.Ledger;

/// <summary>Maps the ledger. On PostgreSQL a deferred trigger of the migration holds that a transaction sums to zero.</summary>
internal sealed class LedgerTables : IEntityTypeConfiguration<LedgerEntry>
{
    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<LedgerEntry> builder)
    {
        builder.ToTable("ledger_entry", table => table.HasCheckConstraint("ck_ledger_entry_amount", "amount_cents <> 0"));
        builder.HasKey(e => e.Id);
        builder.Property(e => e.Account).HasMaxLength(24);
        builder.Property(e => e.Memo).HasMaxLength(200);
        builder.HasOne<Payer>().WithMany().HasForeignKey(e => e.PayerId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Claim>().WithMany().HasForeignKey(e => e.ClaimId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Remittance>().WithMany().HasForeignKey(e => e.RemittanceId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(e => e.TransactionId);
        builder.HasIndex(e => new { e.NetworkId, e.ClaimId, e.WrittenAt, e.Id });
        builder.HasIndex(e => new { e.NetworkId, e.PayerId, e.Account });
    }
}
