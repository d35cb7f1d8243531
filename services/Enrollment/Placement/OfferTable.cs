using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.Sites;

namespace Platform.Enrollment.Placement;

internal sealed class OfferTable : IEntityTypeConfiguration<Offer>
{
    /// <summary>Name of the unique index that keeps a referral from holding two places.</summary>
    public const string OneHeldPerReferral = "ux_offer_one_held_per_referral";

    public void Configure(EntityTypeBuilder<Offer> builder)
    {
        builder.ToTable("offer");
        builder.HasKey(o => o.Id);
        builder.Property(o => o.DeclineReason).HasDefaultValue(string.Empty);
        builder.Property(o => o.OverrideReason).HasDefaultValue(string.Empty);
        builder.Property(o => o.Automatic).HasDefaultValue(false);
        builder.HasOne<Referral>().WithMany().HasForeignKey(o => o.ReferralId);
        builder.HasOne<Person>().WithMany().HasForeignKey(o => o.PersonId);
        builder.HasOne<CareProgram>().WithMany().HasForeignKey(o => o.ProgramId);
        builder.HasIndex(o => o.ReferralId).IsUnique().HasFilter("status = 'Held'").HasDatabaseName(OneHeldPerReferral);

        builder.HasIndex(o => new { o.SiteId, o.Id });

        // The sweeper looks for held offers whose time ran out; ended ones are not in its way.
        builder.HasIndex(o => new { o.NetworkId, o.ExpiresAt }).HasFilter("status = 'Held'");
    }
}
