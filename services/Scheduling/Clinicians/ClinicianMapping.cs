using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Platform.Scheduling.Clinicians;

internal sealed class ClinicianMapping : IEntityTypeConfiguration<Clinician>, IEntityTypeConfiguration<ClinicianSite>
{
    public const string OneNpi = "ux_clinician_npi";

    public void Configure(EntityTypeBuilder<Clinician> builder)
    {
        builder.ToTable("clinician");
        builder.HasKey(c => c.Id);
        builder.HasIndex(c => new { c.NetworkId, c.Npi }).IsUnique().HasDatabaseName(OneNpi);
        builder.HasMany(c => c.Sites).WithOne().HasForeignKey(s => s.ClinicianId);
    }

    public void Configure(EntityTypeBuilder<ClinicianSite> builder)
    {
        builder.ToTable("clinician_site");
        builder.HasKey(s => new { s.ClinicianId, s.SiteId });
        builder.HasIndex(s => s.SiteId);
    }
}
