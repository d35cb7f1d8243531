using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Platform.Billing.Payers;

namespace Platform.Billing.Coverages;

/// <summary>Maps coverages and authorizations.</summary>
internal sealed class CoverageTables : IEntityTypeConfiguration<Coverage>, IEntityTypeConfiguration<Authorization>
{
    /// <summary>Exclusion constraint of coverages that overlap; PostgreSQL only.</summary>
    public const string CoverageOverlap = "ex_coverage_overlap";

    /// <summary>Unique index of a payer's authorization numbers for a code and an episode.</summary>
    public const string AuthorizationNumberIndex = "ix_prior_authorization_network_id_episode_id_payer_id_code_number";

    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<Coverage> builder)
    {
        builder.ToTable("coverage", table =>
            table.HasCheckConstraint("ck_coverage_dates", "effective_to IS NULL OR effective_to >= effective_from"));
        builder.HasKey(c => c.Id);
        builder.HasOne<Payer>().WithMany().HasForeignKey(c => c.PayerId).OnDelete(DeleteBehavior.Restrict);
        builder.Property(c => c.MemberId).HasMaxLength(80);
        builder.HasIndex(c => new { c.NetworkId, c.PersonId, c.EffectiveFrom, c.Id });
    }

    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<Authorization> builder)
    {
        builder.ToTable("prior_authorization", table =>
        {
            table.HasCheckConstraint("ck_authorization_units", "used >= 0 AND used <= units");
            table.HasCheckConstraint("ck_authorization_dates", "\"to\" >= \"from\"");
        });
        builder.HasKey(a => a.Id);
        builder.HasOne<Payer>().WithMany().HasForeignKey(a => a.PayerId).OnDelete(DeleteBehavior.Restrict);
        builder.Property(a => a.Code).HasMaxLength(5);
        builder.Property(a => a.Number).HasMaxLength(50);
        builder.HasIndex(a => new { a.NetworkId, a.EpisodeId, a.PayerId, a.Code, a.Number }).IsUnique();
        builder.HasIndex(a => new { a.NetworkId, a.PersonId });
    }
}
