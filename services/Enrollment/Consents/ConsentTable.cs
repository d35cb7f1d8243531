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
    }
}

/// <summary>Asks for consents.</summary>
internal static class ConsentQueries
{
    /// <summary>Whether a consent of a person covers a purpose on a day.</summary>
    public static Task<bool> IsConsentedAsync(
        this EnrollmentDbContext db, Guid personId, Purpose purpose, DateOnly day, CancellationToken cancellationToken) =>
        db.Consents.Where(c => c.PersonId == personId).AnyAsync(Consent.Covers(purpose, day), cancellationToken);
}
