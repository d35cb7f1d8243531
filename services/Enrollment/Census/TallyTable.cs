using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Platform.Enrollment.Census;

internal sealed class TallyTable : IEntityTypeConfiguration<Tally>
{
    public void Configure(EntityTypeBuilder<Tally> builder)
    {
        builder.ToTable("tally");
        builder.Property(t => t.Measure).HasConversion<short>();
        builder.Property(t => t.Span).HasConversion<short>();

        // In this order a report reads one stretch of the key for each span.
        builder.HasKey(t => new { t.NetworkId, t.Measure, t.Span, t.StartsOn, t.ProgramId, t.Kind, t.Bucket });
    }
}
