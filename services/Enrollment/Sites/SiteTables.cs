using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.Regions;

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
        builder.Ignore(s => s.Details);
        builder.HasIndex(s => new { s.NetworkId, s.ExternalId }).IsUnique().HasDatabaseName(UniqueExternalId);
        builder.HasIndex(s => new { s.NetworkId, s.Name, s.Id });
        builder.HasOne<Region>().WithMany().HasForeignKey(s => s.RegionId);
        builder.Property(s => s.ClosingReason).HasDefaultValue(string.Empty);
        builder.Property(s => s.Payers)
            .HasConversion(
                new ValueConverter<AcceptedPayer[], string>(payers => Joined(payers), text => Parted(text)),
                new ValueComparer<AcceptedPayer[]>(
                    (one, other) => one!.SequenceEqual(other!), payers => Joined(payers).GetHashCode(StringComparison.Ordinal)))
            .HasDefaultValueSql("''");

        // Search without the cache cuts down to a box around the circle.
        builder.HasIndex(s => new { s.NetworkId, s.Latitude, s.Longitude });
    }

    private static string Joined(AcceptedPayer[] payers) => string.Join(';', payers);

    private static AcceptedPayer[] Parted(string text) =>
        Array.ConvertAll(text.Split(';', StringSplitOptions.RemoveEmptyEntries), AcceptedPayer.Parse);
}

internal sealed class CareProgramTable : IEntityTypeConfiguration<CareProgram>
{
    /// <summary>Name of the unique index on a program's name at its site.</summary>
    public const string UniqueName = "ux_program_name";

    public void Configure(EntityTypeBuilder<CareProgram> builder)
    {
        builder.ToTable("program");
        builder.HasKey(p => p.Id);
        builder.Ignore(p => p.Details);
        builder.HasOne<Site>().WithMany().HasForeignKey(p => p.SiteId);
        builder.HasIndex(p => new { p.SiteId, p.Name }).IsUnique().HasDatabaseName(UniqueName);

        // Search without the cache takes programs that are given from afar wherever they are.
        builder.HasIndex(p => new { p.NetworkId, p.SiteId }).HasFilter("delivery = 'Virtual'");
        builder.Property(p => p.Level).HasDefaultValue(LevelOfCare.IntensiveOutpatient).HasSentinel(LevelOfCare.IntensiveOutpatient);
        builder.Property(p => p.Delivery).HasDefaultValue(Delivery.OnSite).HasSentinel(Delivery.OnSite);
        builder.Property(p => p.Weekdays).HasConversion<int>();
        builder.Property(p => p.TimesOfDay).HasConversion<int>();
        builder.Property(p => p.Version).HasDefaultValue(1L);
    }
}

internal sealed class NetworkTable : IEntityTypeConfiguration<Network>
{
    public void Configure(EntityTypeBuilder<Network> builder)
    {
        builder.ToTable("network");
        builder.HasKey(n => n.NetworkId);
        builder.Property(n => n.NetworkId).ValueGeneratedNever();
        builder.Property(n => n.Name).HasDefaultValue(string.Empty);
        builder.Property(n => n.Version).HasDefaultValue(1L);
    }
}
