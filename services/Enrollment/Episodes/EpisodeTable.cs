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
        builder.Property(e => e.Level).HasDefaultValue(LevelOfCare.IntensiveOutpatient).HasSentinel(LevelOfCare.IntensiveOutpatient);
        builder.Property(e => e.HoldsPlace).HasDefaultValue(true).HasSentinel(true);
        builder.Property(e => e.ReinstatementReason).HasDefaultValue(string.Empty);
        builder.HasOne<Person>().WithMany().HasForeignKey(e => e.PersonId);
        builder.HasOne<Referral>().WithMany().HasForeignKey(e => e.ReferralId);
        builder.HasOne<CareProgram>().WithMany().HasForeignKey(e => e.ProgramId);
        builder.HasIndex(e => new { e.NetworkId, e.PersonId })
            .IsUnique()
            .HasFilter("status = 'Admitted'")
            .HasDatabaseName(OneOpenPerPerson);
        builder.HasIndex(e => new { e.PersonId, e.DischargedOn });
        builder.HasIndex(e => new { e.SiteId, e.AdmittedOn, e.Id });
        builder.HasIndex(e => e.PreviousEpisodeId);
    }
}

internal sealed class EpisodeStayTable : IEntityTypeConfiguration<EpisodeStay>
{
    public void Configure(EntityTypeBuilder<EpisodeStay> builder)
    {
        builder.ToTable("episode_stay");
        builder.HasKey(s => new { s.EpisodeId, s.Number });
        builder.HasOne<Episode>().WithMany(e => e.Stays).HasForeignKey(s => s.EpisodeId);
    }
}

internal sealed class AdmissionCorrectionTable : IEntityTypeConfiguration<AdmissionCorrection>
{
    public void Configure(EntityTypeBuilder<AdmissionCorrection> builder)
    {
        builder.ToTable("admission_correction");
        builder.HasKey(c => c.Id);
        builder.HasOne<Episode>().WithMany().HasForeignKey(c => c.EpisodeId);
    }
}

internal sealed class AuthorizedLevelTable : IEntityTypeConfiguration<AuthorizedLevel>
{
    public void Configure(EntityTypeBuilder<AuthorizedLevel> builder)
    {
        builder.ToTable("authorized_level");
        builder.HasKey(a => a.Id);
        builder.HasOne<Episode>().WithMany().HasForeignKey(a => a.EpisodeId);
    }
}
