using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Platform.Enrollment.Referrals;

namespace Platform.Enrollment.Waitlist;

internal sealed class WaitlistEntryTable : IEntityTypeConfiguration<WaitlistEntry>
{
    /// <summary>Name of the unique index that keeps a referral from waiting twice.</summary>
    public const string OneOpenPerReferral = "ux_waitlist_entry_one_open_per_referral";

    public void Configure(EntityTypeBuilder<WaitlistEntry> builder)
    {
        builder.ToTable("waitlist_entry");
        builder.HasKey(e => e.Id);
        builder.Ignore(e => e.Criteria);
        builder.HasOne<Referral>().WithMany().HasForeignKey(e => e.ReferralId);
        builder.HasIndex(e => e.ReferralId)
            .IsUnique()
            .HasFilter("status IN ('Waiting', 'Offered')")
            .HasDatabaseName(OneOpenPerReferral);

        // The sweeper asks for whom the offers were that lapse.
        builder.HasIndex(e => e.OfferId).HasFilter("status = 'Offered'");

        // The worker looks for entries that came or came back.
        builder.HasIndex(e => e.NetworkId).HasFilter("match_due").HasDatabaseName("ix_waitlist_entry_match_due");
    }
}

internal sealed class WaitlistWantTable : IEntityTypeConfiguration<WaitlistWant>
{
    public void Configure(EntityTypeBuilder<WaitlistWant> builder)
    {
        builder.ToTable("waitlist_want");
        builder.HasKey(w => new { w.EntryId, w.TargetId });
        builder.HasOne<WaitlistEntry>().WithMany().HasForeignKey(w => w.EntryId);

        // Every offer asks who waits for the program: an index of those who do, and of nobody who did.
        builder.HasIndex(w => new { w.NetworkId, w.TargetId, w.EntryId }).HasFilter("is_open");
    }
}

internal sealed class WaitlistEventTable : IEntityTypeConfiguration<WaitlistEvent>
{
    public void Configure(EntityTypeBuilder<WaitlistEvent> builder)
    {
        builder.ToTable("waitlist_event");
        builder.HasKey(e => new { e.NetworkId, e.Turn, e.Ordinal });
        builder.HasOne<WaitlistEntry>().WithMany().HasForeignKey(e => e.EntryId);
    }
}

internal sealed class WaitlistLineTable : IEntityTypeConfiguration<WaitlistLine>
{
    public void Configure(EntityTypeBuilder<WaitlistLine> builder)
    {
        builder.ToTable("waitlist_line");
        builder.HasKey(l => l.NetworkId);
        builder.Property(l => l.NetworkId).ValueGeneratedNever();
    }
}

internal sealed class PlaceTurnoverTable : IEntityTypeConfiguration<PlaceTurnover>
{
    public void Configure(EntityTypeBuilder<PlaceTurnover> builder)
    {
        builder.ToTable("place_turnover");
        builder.HasKey(t => new { t.ProgramId, t.Day });
    }
}
