using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Platform.Enrollment.Episodes;
using Platform.Enrollment.Placement;
using Platform.Enrollment.Referrals;
using Platform.Shared.Time;

namespace Platform.Enrollment.Consents;

internal sealed class ConsentTable : IEntityTypeConfiguration<Consent>
{
    public void Configure(EntityTypeBuilder<Consent> builder)
    {
        builder.ToTable("consent");
        builder.HasKey(c => c.Id);
        builder.HasOne<Person>().WithMany().HasForeignKey(c => c.PersonId);
        builder.HasOne<Episode>().WithMany().HasForeignKey(c => c.EpisodeId);
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
        builder.Property(c => c.AwaitsTreatment).HasDefaultValue(false);
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
    /// <summary>
    /// The day by which it is judged whether a person's consents stand: that of the site which has the person in care, or had it
    /// last; before any has, the latest of the United States, so that none is taken to stand whose last day is past.
    /// </summary>
    public static async Task<DateOnly> ConsentDayAsync(this EnrollmentDbContext db, Guid personId, CancellationToken cancellationToken)
    {
        var zone = await (
            from episode in db.Episodes
            join site in db.Sites on episode.SiteId equals site.Id
            where episode.PersonId == personId
            orderby episode.AdmittedOn descending, episode.Id descending
            select site.TimeZone).FirstOrDefaultAsync(cancellationToken);
        return zone is null ? UsDays.Latest(db.Now) : LocalDays.DayAt(db.Now, zone);
    }

    /// <summary>The consents of a person that stand for a purpose on a day, whoever discloses to whom.</summary>
    public static async Task<IReadOnlyList<Consent>> StandingConsentsAsync(
        this EnrollmentDbContext db, Guid personId, Purpose purpose, DateOnly day, CancellationToken cancellationToken)
    {
        var consents = await db.Consents.AsNoTracking().Where(c => c.PersonId == personId).ToListAsync(cancellationToken);
        var discharges = await db.DischargesAsync(personId, cancellationToken);
        return consents.FindAll(consent => consent.IsStandingFor(purpose, day, discharges));
    }

    /// <summary>
    /// Refuses a treatment for whose disclosures, by its site or program, no consent of the person stands, and notes it in those that
    /// end with the person's next treatment. Call it with the person locked.
    /// </summary>
    /// <param name="db">The transaction of the admission.</param>
    /// <param name="offer">The offer whose place the person takes.</param>
    /// <param name="episodeId">The episode that begins.</param>
    /// <param name="day">Today, at the site.</param>
    /// <param name="discharges">The person's discharges.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    /// <exception cref="Platform.Shared.Errors.DomainException">FAILED_PRECONDITION: CONSENT_MISSING.</exception>
    public static async Task BeginTreatmentAsync(
        this EnrollmentDbContext db, Offer offer, Guid episodeId, DateOnly day, IReadOnlyCollection<DischargeDay> discharges,
        CancellationToken cancellationToken)
    {
        var consents = await db.Consents.Where(c => c.PersonId == offer.PersonId).ToListAsync(cancellationToken);
        if (!consents.Exists(consent =>
            consent.IsStandingFor(Purpose.Treatment, day, discharges) && consent.LetsDisclose(offer.SiteId, offer.ProgramId)))
        {
            throw EpisodeErrors.ConsentMissing.ToException();
        }

        foreach (var consent in consents.Where(consent => consent.AwaitsTreatment))
        {
            consent.EndWith(episodeId);
        }
    }

    /// <summary>Looks for the treatments that consents of a person await, of whom more is known now.</summary>
    public static async Task FindTreatmentsAsync(this EnrollmentDbContext db, Guid personId, CancellationToken cancellationToken)
    {
        foreach (var consent in await db.Consents.Where(c => c.PersonId == personId && c.AwaitsTreatment).ToListAsync(cancellationToken))
        {
            consent.EndWith(await db.TreatmentAsync(personId, consent.SignedOn, cancellationToken));
        }
    }

    /// <summary>
    /// The treatment with whose end a consent ends that says no more: the one that the person was in on the day of the signature (of
    /// two on one day the later one), or else the first one after it; null when that is still to come.
    /// </summary>
    public static async Task<Guid?> TreatmentAsync(
        this EnrollmentDbContext db, Guid personId, DateOnly signedOn, CancellationToken cancellationToken) =>
        await db.Episodes
            .Where(e => e.PersonId == personId && (e.DischargedOn == null || e.DischargedOn > signedOn))
            .OrderBy(e => e.AdmittedOn)
            .ThenBy(e => e.Id)
            .Select(e => (Guid?)e.Id)
            .FirstOrDefaultAsync(cancellationToken);

    /// <summary>A person's discharges.</summary>
    public static Task<List<DischargeDay>> DischargesAsync(this EnrollmentDbContext db, Guid personId, CancellationToken cancellationToken) =>
        db.Episodes
            .Where(e => e.PersonId == personId && e.DischargedOn != null)
            .Select(e => new DischargeDay(e.Id, e.DischargedOn!.Value))
            .ToListAsync(cancellationToken);

    private static bool IsStandingFor(this Consent consent, Purpose purpose, DateOnly day, IReadOnlyCollection<DischargeDay> discharges) =>
        consent.IsFor(purpose)
        && consent.SignedOn <= day
        && consent.Categories != RecordSet.CounselingNotes
        && consent.StatusOn(day, discharges) == ConsentStatus.Active;
}
