using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Platform.Scheduling.Groups;

namespace Platform.Scheduling.Bookings;

internal sealed class BookingMapping : IEntityTypeConfiguration<Booking>, IEntityTypeConfiguration<GroupMember>
{
    /// <summary>The EXCLUDE constraint behind the check under the person's lock; PostgreSQL only, in the migration.</summary>
    public const string NoPersonOverlap = "ex_booking_person";

    public void Configure(EntityTypeBuilder<Booking> builder)
    {
        builder.ToTable("booking");
        builder.HasKey(b => new { b.SessionId, b.EpisodeId });
        builder.HasIndex(b => new { b.EpisodeId, b.GroupId });
        builder.HasIndex(b => new { b.PersonId, b.StartsAt });
        builder.HasOne<Session>().WithMany().HasForeignKey(b => b.SessionId);
    }

    public void Configure(EntityTypeBuilder<GroupMember> builder)
    {
        builder.ToTable("group_member");
        builder.HasKey(m => new { m.GroupId, m.EpisodeId });
        builder.HasIndex(m => m.EpisodeId);
    }
}
