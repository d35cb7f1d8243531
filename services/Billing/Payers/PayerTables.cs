using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Platform.Billing.Payers;

/// <summary>Maps payers and contracts.</summary>
internal sealed class PayerTables : IEntityTypeConfiguration<Payer>, IEntityTypeConfiguration<Contract>
{
    /// <summary>Unique index of payer codes.</summary>
    public const string PayerCodeIndex = "ix_payer_network_id_payer_code";

    /// <summary>Exclusion constraint of contracts that overlap; PostgreSQL only.</summary>
    public const string ContractOverlap = "ex_contract_overlap";

    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<Payer> builder)
    {
        builder.ToTable("payer");
        builder.HasKey(p => p.Id);
        builder.Property(p => p.Name).HasMaxLength(60);
        builder.Property(p => p.PayerCode).HasMaxLength(80);
        builder.Property(p => p.ReceiverId).HasMaxLength(15);
        builder.Property(p => p.FilingIndicator).HasMaxLength(2);
        builder.HasIndex(p => new { p.NetworkId, p.PayerCode }).IsUnique();
        builder.HasIndex(p => new { p.NetworkId, p.Name, p.Id });
    }

    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<Contract> builder)
    {
        builder.ToTable("contract", table =>
        {
            table.HasCheckConstraint("ck_contract_dates", "effective_to IS NULL OR effective_to >= effective_from");
            table.HasCheckConstraint("ck_contract_rate", "rate > 0");
        });
        builder.HasKey(c => c.Id);
        builder.HasOne<Payer>().WithMany().HasForeignKey(c => c.PayerId).OnDelete(DeleteBehavior.Restrict);
        builder.Property(c => c.Code).HasMaxLength(5);
        builder.Property(c => c.RevenueCode).HasMaxLength(4);
        builder.Property(c => c.Modifiers).HasMaxLength(11).HasConversion(
            modifiers => string.Join(' ', modifiers),
            text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            new ValueComparer<IReadOnlyList<string>>(
                (a, b) => a!.SequenceEqual(b!), list => list.Count, list => list));
        builder.HasIndex(c => new { c.NetworkId, c.PayerId, c.EffectiveFrom, c.Id });
    }
}
