using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Platform.Enrollment.Sites;

namespace Platform.Enrollment.Capacity;

internal sealed class ScheduledCapacityTable : IEntityTypeConfiguration<ScheduledCapacity>
{
    /// <summary>Name of the unique index that keeps a program from two numbers on a day.</summary>
    public const string UniqueDay = "ux_scheduled_capacity_day";

    public void Configure(EntityTypeBuilder<ScheduledCapacity> builder)
    {
        builder.ToTable("scheduled_capacity");
        builder.HasKey(c => c.Id);
        builder.HasOne<CareProgram>().WithMany().HasForeignKey(c => c.ProgramId);
        builder.HasIndex(c => new { c.ProgramId, c.EffectiveOn }).IsUnique().HasFilter("status <> 'Cancelled'").HasDatabaseName(UniqueDay);
        builder.HasIndex(c => new { c.NetworkId, c.EffectiveOn, c.Id });
        builder.HasIndex(c => new { c.SiteId, c.EffectiveOn });
    }
}

internal sealed class LicensedChangeTable : IEntityTypeConfiguration<LicensedChange>
{
    public void Configure(EntityTypeBuilder<LicensedChange> builder)
    {
        builder.ToTable("licensed_change");
        builder.HasKey(c => new { c.ProgramId, c.From });
        builder.HasOne<CareProgram>().WithMany().HasForeignKey(c => c.ProgramId);
        builder.HasIndex(c => new { c.SiteId, c.From });
    }
}
