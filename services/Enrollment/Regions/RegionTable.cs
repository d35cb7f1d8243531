using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Platform.Enrollment.Regions;

/// <summary>Locks regions.</summary>
internal static class RegionLocks
{
    /// <summary>Keeps a region from being closed until the transaction ends, for a site that lies in it or somebody who waits for it.</summary>
    public static async Task KeepRegionAsync(this EnrollmentDbContext db, Guid regionId, CancellationToken cancellationToken)
    {
        if (db.IsPostgres)
        {
            await db.Database.ExecuteSqlAsync($"SELECT FROM region WHERE id = {regionId} FOR KEY SHARE", cancellationToken);
        }
    }
}

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
