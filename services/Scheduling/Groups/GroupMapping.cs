using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Platform.Scheduling.Groups;

internal sealed class GroupMapping : IEntityTypeConfiguration<Group>, IEntityTypeConfiguration<Session>
{
    /// <summary>The EXCLUDE constraint behind the check under the clinician's lock; PostgreSQL only, in the migration.</summary>
    public const string NoFacilitatorOverlap = "ex_session_facilitator";

    public const string NotOverbooked = "ck_session_booked";

    public void Configure(EntityTypeBuilder<Group> builder)
    {
        builder.ToTable("treatment_group");
        builder.HasKey(g => g.Id);
        builder.HasIndex(g => new { g.NetworkId, g.SiteId });
    }

    public void Configure(EntityTypeBuilder<Session> builder)
    {
        builder.ToTable("session", table => table.HasCheckConstraint(NotOverbooked, "booked >= 0 AND booked <= maximum"));
        builder.HasKey(s => s.Id);
        builder.HasIndex(s => new { s.GroupId, s.On });
        builder.HasIndex(s => new { s.SiteId, s.On });
        builder.HasIndex(s => new { s.FacilitatorId, s.StartsAt });
    }
}
