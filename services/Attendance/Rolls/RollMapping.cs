using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Platform.Attendance.Rolls;

internal sealed class RollMapping : IEntityTypeConfiguration<Roll>, IEntityTypeConfiguration<RollLine>
{
    public void Configure(EntityTypeBuilder<Roll> builder)
    {
        builder.ToTable("roll");
        builder.HasKey(r => r.SessionId);
        builder.Property(r => r.SessionId).ValueGeneratedNever();
        builder.HasIndex(r => new { r.SiteId, r.On });
        builder.HasMany(r => r.Lines).WithOne().HasForeignKey(l => l.SessionId);
        builder.Ignore(r => r.Expected);
    }

    public void Configure(EntityTypeBuilder<RollLine> builder)
    {
        builder.ToTable("roll_line", table => table.HasCheckConstraint("ck_roll_line_minutes", "minutes >= 0"));
        builder.HasKey(l => new { l.SessionId, l.EpisodeId });
        builder.HasIndex(l => l.EpisodeId);
    }
}
