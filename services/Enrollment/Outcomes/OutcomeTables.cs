using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Platform.Enrollment.Episodes;

namespace Platform.Enrollment.Outcomes;

internal sealed class EpisodeOutcomeTable : IEntityTypeConfiguration<EpisodeOutcome>
{
    public void Configure(EntityTypeBuilder<EpisodeOutcome> builder)
    {
        builder.ToTable("episode_outcome");
        builder.HasKey(o => new { o.EpisodeId, o.Instrument, o.Scale });
        builder.Ignore(o => o.Counted);
        builder.HasOne<Episode>().WithMany().HasForeignKey(o => o.EpisodeId);
    }
}

internal sealed class ProgramOutcomeTable : IEntityTypeConfiguration<ProgramOutcome>
{
    public void Configure(EntityTypeBuilder<ProgramOutcome> builder)
    {
        builder.ToTable("program_outcome");
        builder.HasKey(o => new { o.ProgramId, o.Instrument, o.Scale, o.Month, o.Change });
    }
}
