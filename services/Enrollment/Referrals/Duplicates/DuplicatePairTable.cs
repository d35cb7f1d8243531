using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Platform.Enrollment.Referrals.Duplicates;

internal sealed class DuplicatePairTable : IEntityTypeConfiguration<DuplicatePair>
{
    public void Configure(EntityTypeBuilder<DuplicatePair> builder)
    {
        builder.ToTable("duplicate_pair");
        builder.HasKey(p => new { p.PersonId, p.KnownPersonId });
        builder.HasOne<Person>().WithMany().HasForeignKey(p => p.PersonId);
        builder.HasOne<Person>().WithMany().HasForeignKey(p => p.KnownPersonId);
        builder.HasIndex(p => new { p.NetworkId, p.Status, p.FoundAt });
    }
}
