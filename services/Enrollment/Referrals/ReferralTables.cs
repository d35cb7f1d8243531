using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Platform.Enrollment.Referrals;

internal sealed class PersonTable : IEntityTypeConfiguration<Person>
{
    public void Configure(EntityTypeBuilder<Person> builder)
    {
        builder.ToTable("person");
        builder.HasKey(p => p.Id);
        builder.Property(p => p.FamilyCode).HasDefaultValue(string.Empty);
        builder.Property(p => p.MergeReason).HasDefaultValue(string.Empty);
        builder.Property(p => p.Version).HasDefaultValue(1L);
        builder.HasOne<Person>().WithMany().HasForeignKey(p => p.MergedIntoId);

        // Duplicates are looked for by these, never by reading all persons.
        builder.HasIndex(p => new { p.NetworkId, p.BirthDate, p.FamilyCode });
    }
}

internal sealed class PersonMemberIdTable : IEntityTypeConfiguration<PersonMemberId>
{
    public void Configure(EntityTypeBuilder<PersonMemberId> builder)
    {
        builder.ToTable("person_member_id");
        builder.HasKey(m => new { m.PersonId, m.PayerCode, m.Number });
        builder.HasOne<Person>().WithMany().HasForeignKey(m => m.PersonId);
        builder.HasIndex(m => new { m.NetworkId, m.Number });
    }
}

internal sealed class ReferralTable : IEntityTypeConfiguration<Referral>
{
    public void Configure(EntityTypeBuilder<Referral> builder)
    {
        builder.ToTable("referral");
        builder.HasKey(r => r.Id);
        builder.Property(r => r.SourceOrganization).HasDefaultValue(string.Empty);
        builder.Property(r => r.SourceContact).HasDefaultValue(string.Empty);
        builder.Property(r => r.ClosingReason).HasDefaultValue(string.Empty);
        builder.HasOne<Person>().WithMany().HasForeignKey(r => r.PersonId);
        builder.HasIndex(r => new { r.NetworkId, r.ReferredOn, r.Id });
        builder.HasIndex(r => new { r.NetworkId, r.Status, r.ReferredOn, r.Id });
    }
}

internal sealed class EligibilityAnswerTable : IEntityTypeConfiguration<EligibilityAnswer>
{
    public void Configure(EntityTypeBuilder<EligibilityAnswer> builder)
    {
        builder.ToTable("eligibility_answer");
        builder.HasKey(a => new { a.ReferralId, a.Question });
        builder.HasOne<Referral>().WithMany().HasForeignKey(a => a.ReferralId);
    }
}

internal sealed class ReceivedDocumentTable : IEntityTypeConfiguration<ReceivedDocument>
{
    public void Configure(EntityTypeBuilder<ReceivedDocument> builder)
    {
        builder.ToTable("received_document");
        builder.HasKey(d => d.Id);
        builder.HasOne<Referral>().WithMany().HasForeignKey(d => d.ReferralId);
        builder.HasIndex(d => new { d.ReferralId, d.Id });
    }
}
