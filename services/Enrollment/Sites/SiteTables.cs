using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Platform.Enrollment.Sites;

internal sealed class SiteTable : IEntityTypeConfiguration<Site>
{
    /// <summary>Name of the unique index on external ids.</summary>
    public const string UniqueExternalId = "ux_site_external_id";

    public void Configure(EntityTypeBuilder<Site> builder)
    {
        builder.ToTable("site");
        builder.HasKey(s => s.Id);
        builder.Ignore(s => s.Point);
        builder.HasIndex(s => new { s.NetworkId, s.ExternalId }).IsUnique().HasDatabaseName(UniqueExternalId);
        builder.HasIndex(s => new { s.NetworkId, s.Name, s.Id });

        // Search without the cache cuts down to a box around the circle.
        builder.HasIndex(s => new { s.NetworkId, s.Latitude, s.Longitude });
    }
}

internal sealed class CareProgramTable : IEntityTypeConfiguration<CareProgram>
{
    /// <summary>Name of the unique index on a program's name at its site.</summary>
    public const string UniqueName = "ux_program_name";

    public void Configure(EntityTypeBuilder<CareProgram> builder)
    {
        builder.ToTable("program");
        builder.HasKey(p => p.Id);
        builder.HasOne<Site>().WithMany().HasForeignKey(p => p.SiteId);
        builder.HasIndex(p => new { p.SiteId, p.Name }).IsUnique().HasDatabaseName(UniqueName);
    }
}

internal sealed class NetworkTable : IEntityTypeConfiguration<Network>
{
    public void Configure(EntityTypeBuilder<Network> builder)
    {
        builder.ToTable("network");
        builder.HasKey(n => n.NetworkId);
        builder.Property(n => n.NetworkId).ValueGeneratedNever();
    }
}
