using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Platform.Attendance.ServiceDays;

internal sealed class ServiceDayMapping : IEntityTypeConfiguration<ServiceDay>, IEntityTypeConfiguration<ServiceDayMinutes>
{
    public void Configure(EntityTypeBuilder<ServiceDay> builder)
    {
        builder.ToTable("service_day");
        builder.HasKey(d => d.Id);
        builder.Property(d => d.Id).ValueGeneratedNever();
        builder.HasIndex(d => new { d.EpisodeId, d.SiteId, d.On }).IsUnique();
        builder.HasMany(d => d.Minutes).WithOne().HasForeignKey(m => m.ServiceDayId);
    }

    public void Configure(EntityTypeBuilder<ServiceDayMinutes> builder)
    {
        builder.ToTable("service_day_minutes");
        builder.HasKey(m => new { m.ServiceDayId, m.Component });
    }
}
