using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Platform.Billing.Payers;

namespace Platform.Billing.Claims;

/// <summary>Maps claims and their files.</summary>
internal sealed class ClaimTables
    : IEntityTypeConfiguration<Claim>, IEntityTypeConfiguration<ClaimFile>, IEntityTypeConfiguration<ClaimNumbers>
{
    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<Claim> builder)
    {
        builder.ToTable("claim");
        builder.HasKey(c => c.Id);
        builder.HasOne<Payer>().WithMany().HasForeignKey(c => c.PayerId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<ClaimFile>().WithMany().HasForeignKey(c => c.FileId).OnDelete(DeleteBehavior.Restrict);
        builder.Property(c => c.Number).HasMaxLength(20);
        builder.Property(c => c.Status).HasMaxLength(10);
        builder.HasIndex(c => new { c.NetworkId, c.Number }).IsUnique();
        builder.HasIndex(c => new { c.NetworkId, c.SiteId, c.Id });
    }

    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<ClaimFile> builder)
    {
        builder.ToTable("claim_file");
        builder.Property(f => f.HandedOut).HasDefaultValue(true).HasSentinel(true);
        builder.HasKey(f => f.Id);
        builder.HasOne<Payer>().WithMany().HasForeignKey(f => f.PayerId).OnDelete(DeleteBehavior.Restrict);
    }

    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<ClaimNumbers> builder)
    {
        builder.ToTable("claim_numbers");
        builder.HasKey(n => n.NetworkId);
    }
}
