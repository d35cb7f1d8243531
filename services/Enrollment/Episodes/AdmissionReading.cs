using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Assessments;
using Platform.Enrollment.Assessments.Safety;
using Platform.Enrollment.Placement;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.RulePacks;
using Platform.Enrollment.Waitlist;

namespace Platform.Enrollment.Episodes;

/// <summary>Reads what an admission depends on, and locks what it changes.</summary>
internal static class AdmissionReading
{
    /// <summary>The facts of an admission by an offer on a day; null when there is no such offer.</summary>
    public static async Task<AdmissionFacts?> AdmissionFactsAsync(
        this EnrollmentDbContext db, Guid offerId, DateOnly admittedOn, CancellationToken cancellationToken)
    {
        if (await LockedAsync(db, offerId, cancellationToken) is not { } offer)
        {
            return null;
        }

        var until = db.AsamAssessments.NewestUntil(offer.PersonId, admittedOn);
        var row = await (
            from referral in db.Referrals
            from program in db.Programs
            join site in db.Sites on program.SiteId equals site.Id
            where referral.Id == offer.ReferralId && program.Id == offer.ProgramId
            select new
            {
                Referral = referral,
                site.State,
                site.TimeZone,
                program.Track,
                program.Level,
                HeldElsewhere = db.Offers.Any(
                    o => o.PersonId == offer.PersonId && o.Id != offerId && o.Status == OfferStatus.Held && o.ExpiresAt > db.Clock),
                Waits = db.WaitlistEntries.Any(
                    e => e.ReferralId == offer.ReferralId && (e.Status == WaitlistStatus.Waiting || e.Status == WaitlistStatus.Offered)),
                WasInCare = db.Episodes.Any(e => e.PersonId == offer.PersonId),
                HasAlert = db.SafetyAlerts.Any(a => a.PersonId == offer.PersonId && a.Status == SafetyAlertStatus.Open),
                AssessedOn = until.Select(a => (DateOnly?)a.AssessedOn).FirstOrDefault(),
                Chosen = until.Select(a => (LevelOfCare?)a.ChosenCare).FirstOrDefault(),
                RuleChanges = db.RulePackHeads.Select(h => h.Version).FirstOrDefault(),
            }).SingleAsync(cancellationToken);
        return new AdmissionFacts(
            offer, row.Referral, new RuleScope(row.State, row.Track, row.Level), row.TimeZone, row.HeldElsewhere, row.Waits, row.WasInCare,
            row.HasAlert, row.AssessedOn, row.Chosen, row.RuleChanges);
    }

    /// <summary>The offer, locked after its person and its referral, as everyone does who changes them.</summary>
    private static async Task<Offer?> LockedAsync(EnrollmentDbContext db, Guid id, CancellationToken cancellationToken)
    {
        if (!db.IsPostgres)
        {
            return await db.LockedAsync<Offer>(id, cancellationToken);
        }

        // Rows are locked in the order in which they are named. One that a merge gave another person meanwhile is looked for again.
        Offer? offer;
        do
        {
            offer = await db.Offers
                .FromSql(
                    $"""
                     SELECT o.* FROM offer o JOIN referral r ON r.id = o.referral_id JOIN person p ON p.id = o.person_id
                     WHERE o.id = {id} FOR UPDATE OF p, r, o
                     """)
                .SingleOrDefaultAsync(cancellationToken);
        }
        while (offer is null && await db.Offers.AnyAsync(o => o.Id == id, cancellationToken));
        return offer;
    }
}
