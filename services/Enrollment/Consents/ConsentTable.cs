using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Platform.Enrollment.Referrals;

namespace Platform.Enrollment.Consents;

internal sealed class ConsentTable : IEntityTypeConfiguration<Consent>
{
    public void Configure(EntityTypeBuilder<Consent> builder)
    {
        builder.ToTable("consent");
        builder.HasKey(c => c.Id);
        builder.HasOne<Person>().WithMany().HasForeignKey(c => c.PersonId);
        builder.HasMany(c => c.Recipients).WithOne().HasForeignKey(r => r.ConsentId);
        builder.Ignore(c => c.Purposes);

        // What consents meant that were recorded before they said so.
        builder.Property(c => c.ForLegalProceedings).HasDefaultValue(false);
        builder.Property(c => c.ForPatientRequest).HasDefaultValue(false);
        builder.Property(c => c.DiscloserKind).HasDefaultValue(DiscloserKind.Any).HasSentinel(DiscloserKind.Any);
        builder.Property(c => c.Categories).HasConversion(set => set.Bits, bits => new RecordSet(bits)).HasDefaultValue(RecordSet.General);
        builder.Property(c => c.Signer).HasDefaultValue(Signer.Patient).HasSentinel(Signer.Patient);
        builder.Property(c => c.SignatureMethod).HasDefaultValue(SignatureMethod.Paper).HasSentinel(SignatureMethod.Paper);
        builder.Property(c => c.SignerName).HasDefaultValue(string.Empty);
        builder.Property(c => c.SignerRelationship).HasDefaultValue(string.Empty);
        builder.Property(c => c.ExpiryEventText).HasDefaultValue(string.Empty);
    }
}

internal sealed class ConsentRecipientTable : IEntityTypeConfiguration<ConsentRecipient>
{
    public void Configure(EntityTypeBuilder<ConsentRecipient> builder)
    {
        builder.ToTable("consent_recipient");
        builder.HasKey(r => new { r.ConsentId, r.Number });
    }
}

internal sealed class DisclosureTable : IEntityTypeConfiguration<Disclosure>
{
    public void Configure(EntityTypeBuilder<Disclosure> builder)
    {
        builder.ToTable("disclosure");
        builder.HasKey(d => d.Id);
        builder.HasOne<Person>().WithMany().HasForeignKey(d => d.PersonId);
        builder.HasOne<Consent>().WithMany().HasForeignKey(d => d.ConsentId);
        builder.Property(d => d.Categories).HasConversion(set => set.Bits, bits => new RecordSet(bits));
        builder.HasIndex(d => new { d.PersonId, d.DisclosedAt, d.Id });
    }
}

/// <summary>Asks for consents.</summary>
internal static class ConsentQueries
{
    /// <summary>Whether some consent of a person is for a purpose on a day, whoever the recipient.</summary>
    public static async Task<bool> IsConsentedAsync(
        this EnrollmentDbContext db, Guid personId, Purpose purpose, DateOnly day, CancellationToken cancellationToken)
    {
        var consents = await db.Consents.AsNoTracking().Where(c => c.PersonId == personId).ToListAsync(cancellationToken);
        var discharges = await db.DischargesAsync(personId, cancellationToken);
        return consents.Exists(consent =>
            consent.IsFor(purpose)
            && consent.Categories != RecordSet.CounselingNotes
            && consent.StatusOn(day, discharges) == ConsentStatus.Active);
    }

    /// <summary>The days on which a person was discharged.</summary>
    public static Task<List<DateOnly>> DischargesAsync(this EnrollmentDbContext db, Guid personId, CancellationToken cancellationToken) =>
        db.Episodes
            .Where(e => e.PersonId == personId && e.DischargedOn != null)
            .Select(e => e.DischargedOn!.Value)
            .ToListAsync(cancellationToken);
}
