using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Platform.Enrollment.Regions;

internal sealed class RegionTable : IEntityTypeConfiguration<Region>
{
    /// <summary>Name of the unique index on a region's name in its network.</summary>
    public const string UniqueName = "ux_region_name";

    public void Configure(EntityTypeBuilder<Region> builder)
    {
        builder.ToTable("region");
        builder.HasKey(r => r.Id);
        builder.HasIndex(r => new { r.NetworkId, r.Name }).IsUnique().HasDatabaseName(UniqueName);
    }
}
