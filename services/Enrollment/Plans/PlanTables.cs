using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Platform.Enrollment.Episodes;

namespace Platform.Enrollment.Plans;

internal sealed class EpisodePlanTable : IEntityTypeConfiguration<EpisodePlan>
{
    public void Configure(EntityTypeBuilder<EpisodePlan> builder)
    {
        builder.ToTable("episode_plan");
        builder.HasKey(p => p.EpisodeId);
        builder.Property(p => p.EpisodeId).ValueGeneratedNever();
        builder.HasOne<Episode>().WithMany().HasForeignKey(p => p.EpisodeId);
    }
}

internal sealed class PlanVersionTable : IEntityTypeConfiguration<PlanVersion>
{
    public void Configure(EntityTypeBuilder<PlanVersion> builder)
    {
        builder.ToTable("plan_version");
        builder.HasKey(v => v.Id);
        builder.HasOne<Episode>().WithMany().HasForeignKey(v => v.EpisodeId);
        builder.HasIndex(v => new { v.EpisodeId, v.Number }).IsUnique();
    }
}

internal sealed class PlanSignatureTable : IEntityTypeConfiguration<PlanSignature>
{
    public void Configure(EntityTypeBuilder<PlanSignature> builder)
    {
        builder.ToTable("plan_signature");
        builder.HasKey(s => s.Id);
        builder.HasOne<PlanVersion>().WithMany().HasForeignKey(s => s.PlanVersionId);
        builder.HasIndex(s => new { s.PlanVersionId, s.Role }).IsUnique();
    }
}

internal sealed class PlanReviewTable : IEntityTypeConfiguration<PlanReview>
{
    public void Configure(EntityTypeBuilder<PlanReview> builder)
    {
        builder.ToTable("plan_review");
        builder.HasKey(r => r.Id);
        builder.HasOne<Episode>().WithMany().HasForeignKey(r => r.EpisodeId);
        builder.HasIndex(r => new { r.EpisodeId, r.ReviewedOn, r.Id });
    }
}

internal sealed class CertificationTable : IEntityTypeConfiguration<Certification>
{
    public void Configure(EntityTypeBuilder<Certification> builder)
    {
        builder.ToTable("certification");
        builder.HasKey(c => c.Id);
        builder.HasOne<Episode>().WithMany().HasForeignKey(c => c.EpisodeId);
        builder.HasIndex(c => new { c.EpisodeId, c.CertifiedOn, c.Id });
    }
}

internal sealed class PlanDueTable : IEntityTypeConfiguration<PlanDue>
{
    public void Configure(EntityTypeBuilder<PlanDue> builder)
    {
        builder.ToTable("plan_due");
        builder.HasKey(d => d.Id);
        builder.HasOne<Episode>().WithMany().HasForeignKey(d => d.EpisodeId);
        builder.HasIndex(d => new { d.EpisodeId, d.Kind }).IsUnique();

        // What is overdue is read from the end of these, at a site and in the network, however many episodes are open.
        builder.HasIndex(d => new { d.NetworkId, d.SiteId, d.OverdueAt, d.Id });
        builder.HasIndex(d => new { d.NetworkId, d.OverdueAt, d.Id });
    }
}

internal sealed class PlanPassTable : IEntityTypeConfiguration<PlanPass>
{
    public void Configure(EntityTypeBuilder<PlanPass> builder)
    {
        builder.ToTable("plan_pass");
        builder.HasKey(p => p.NetworkId);
        builder.Property(p => p.NetworkId).ValueGeneratedNever();
    }
}
