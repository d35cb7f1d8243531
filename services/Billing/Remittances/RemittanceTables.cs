using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Platform.Billing.Claims;
using Platform.Billing.Payers;

namespace Platform.Billing.Remittances;

/// <summary>Maps remittances.</summary>
internal sealed class RemittanceTables
    : IEntityTypeConfiguration<Remittance>, IEntityTypeConfiguration<RemittanceFile>, IEntityTypeConfiguration<RemittedClaim>
{
    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<Remittance> builder)
    {
        builder.ToTable("remittance");
        builder.HasKey(r => r.Id);
        builder.HasOne<RemittanceFile>().WithMany().HasForeignKey(r => r.FileId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Payer>().WithMany().HasForeignKey(r => r.PayerId).OnDelete(DeleteBehavior.Restrict);
        builder.Property(r => r.TraceNumber).HasMaxLength(50);
        builder.HasIndex(r => new { r.NetworkId, r.PayerId, r.TraceNumber }).IsUnique();
        builder.HasIndex(r => new { r.NetworkId, r.Id });
    }

    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<RemittanceFile> builder)
    {
        builder.ToTable("remittance_file");
        builder.HasKey(f => f.Id);
        builder.Property(f => f.Name).HasMaxLength(200);
        builder.HasIndex(f => new { f.NetworkId, f.Sha256 }).IsUnique();
    }

    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<RemittedClaim> builder)
    {
        builder.ToTable("remitted_claim");
        builder.HasKey(c => new { c.RemittanceId, c.Position });
        builder.HasOne<Remittance>().WithMany().HasForeignKey(c => c.RemittanceId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Claim>().WithMany().HasForeignKey(c => c.ClaimId).OnDelete(DeleteBehavior.Restrict);
        builder.Property(c => c.ClaimNumber).HasMaxLength(50);
        builder.Property(c => c.StatusCode).HasMaxLength(2);
        builder.Property(c => c.PayerControlNumber).HasMaxLength(50);
    }
}
