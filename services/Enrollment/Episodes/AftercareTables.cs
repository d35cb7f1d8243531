using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Platform.Enrollment.Episodes;

internal sealed class AftercareTable : IEntityTypeConfiguration<Aftercare>
{
    public void Configure(EntityTypeBuilder<Aftercare> builder)
    {
        builder.ToTable("aftercare");
        builder.HasKey(a => a.EpisodeId);
        builder.HasOne<Episode>().WithOne().HasForeignKey<Aftercare>(a => a.EpisodeId);
        builder.Property(a => a.Items).HasConversion(
            items => JsonSerializer.Serialize(items, JsonSerializerOptions.Web),
            json => JsonSerializer.Deserialize<AftercareItems>(json, JsonSerializerOptions.Web)!);
    }
}

internal sealed class FollowUpTable : IEntityTypeConfiguration<FollowUp>
{
    public void Configure(EntityTypeBuilder<FollowUp> builder)
    {
        builder.ToTable("follow_up");
        builder.HasKey(f => new { f.EpisodeId, f.Days });
        builder.HasOne<Episode>().WithMany().HasForeignKey(f => f.EpisodeId);

        // What is to be done at a site, and nothing of what was.
        builder.HasIndex(f => new { f.SiteId, f.DueOn, f.EpisodeId }).HasFilter("status = 'Open'");
    }
}
