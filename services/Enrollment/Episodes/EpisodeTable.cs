using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.Sites;

namespace Platform.Enrollment.Episodes;

internal sealed class EpisodeTable : IEntityTypeConfiguration<Episode>
{
    /// <summary>Name of the unique index that keeps a person from being in two programs at once.</summary>
    public const string OneOpenPerPerson = "ux_episode_one_open_per_person";

    public void Configure(EntityTypeBuilder<Episode> builder)
    {
        builder.ToTable("episode");
        builder.HasKey(e => e.Id);
        builder.HasOne<Person>().WithMany().HasForeignKey(e => e.PersonId);
        builder.HasOne<Referral>().WithMany().HasForeignKey(e => e.ReferralId);
        builder.HasOne<CareProgram>().WithMany().HasForeignKey(e => e.ProgramId);
        builder.HasIndex(e => new { e.NetworkId, e.PersonId })
            .IsUnique()
            .HasFilter("status = 'Admitted'")
            .HasDatabaseName(OneOpenPerPerson);
        builder.HasIndex(e => new { e.SiteId, e.AdmittedOn, e.Id });
    }
}
