using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Platform.Enrollment.Sites;

namespace Platform.Enrollment.Credentials;

internal sealed class CredentialTable : IEntityTypeConfiguration<Credential>
{
    /// <summary>Name of the unique index that keeps a current credential from being recorded twice.</summary>
    public const string UniqueCurrent = "ux_credential_current";

    public void Configure(EntityTypeBuilder<Credential> builder)
    {
        builder.ToTable("credential");
        builder.HasKey(c => c.Id);
        builder.HasOne<Site>().WithMany().HasForeignKey(c => c.SiteId);
        builder.HasOne<Credential>().WithMany().HasForeignKey(c => c.RenewsId);
        builder.HasIndex(c => new { c.SiteId, c.Kind, c.Issuer, c.Number })
            .IsUnique().HasFilter("status = 'Current'").HasDatabaseName(UniqueCurrent);

        // What lapses is asked for by the last day; renewed and withdrawn ones are not in its way.
        builder.HasIndex(c => new { c.NetworkId, c.ExpiresOn, c.Id }).HasFilter("status = 'Current'");
    }
}
