using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Platform.Enrollment.Referrals;

internal sealed class PersonTable : IEntityTypeConfiguration<Person>
{
    public void Configure(EntityTypeBuilder<Person> builder)
    {
        builder.ToTable("person");
        builder.HasKey(p => p.Id);
    }
}

internal sealed class ReferralTable : IEntityTypeConfiguration<Referral>
{
    public void Configure(EntityTypeBuilder<Referral> builder)
    {
        builder.ToTable("referral");
        builder.HasKey(r => r.Id);
        builder.HasOne<Person>().WithMany().HasForeignKey(r => r.PersonId);
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
