using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Platform.Enrollment.Sites;

namespace Platform.Enrollment.Capacity;

internal sealed class ProgramCapacityTable : IEntityTypeConfiguration<ProgramCapacity>
{
    /// <summary>Name of the constraint behind every conditional update: no place is given twice.</summary>
    public const string NeverOversold = "ck_program_capacity_never_oversold";

    public void Configure(EntityTypeBuilder<ProgramCapacity> builder)
    {
        builder.ToTable("program_capacity", table =>
        {
            table.HasCheckConstraint(NeverOversold, "occupied + held <= licensed");
            table.HasCheckConstraint("ck_program_capacity_not_negative", "occupied >= 0 AND held >= 0");
        });
        builder.HasKey(c => c.ProgramId);
        builder.Ignore(c => c.Counts);
        builder.HasOne<CareProgram>().WithOne().HasForeignKey<ProgramCapacity>(c => c.ProgramId);
        builder.HasIndex(c => c.SiteId);

        // The sweeper of the schedule looks for programs whose number changes.
        builder.HasIndex(c => new { c.NetworkId, c.ChangesAt }).HasFilter("changes_at IS NOT NULL");
        builder.Property(c => c.WaitlistDue).HasDefaultValue(false);

        // The waitlist looks for programs that are to be asked for; the others are not in its way.
        builder.HasIndex(c => c.NetworkId).HasFilter("waitlist_due").HasDatabaseName("ix_program_capacity_waitlist_due");
    }
}
