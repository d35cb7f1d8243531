using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Placement;
using Platform.Enrollment.RulePacks;
using Platform.Enrollment.Sites;
using Platform.Shared.Errors;
using Platform.Shared.RulePacks;

namespace Platform.Enrollment.Waitlist;

/// <summary>What offers do to the entries they were made for: who is admitted leaves the line, who did not take one returns to it.</summary>
internal sealed class WaitlistReturns(EnrollmentRules rules)
{
    /// <summary>
    /// Puts the entry back for which an offer was made that was not used, or takes it out when that happened too often; what else the
    /// person waits for is held against what is open again. The referral and the offer are locked; the places are not yet.
    /// </summary>
    /// <param name="db">The transaction.</param>
    /// <param name="offer">The offer, which just ended.</param>
    /// <param name="by">Who ended it.</param>
    /// <param name="reason">Why; may be empty.</param>
    /// <param name="cancellationToken">Ends the wait for the line.</param>
    public async Task ReturnAsync(EnrollmentDbContext db, Offer offer, string by, string reason, CancellationToken cancellationToken)
    {
        await ReconsiderPersonAsync(db, offer.PersonId, cancellationToken);
        if (await db.LockedOpenEntryAsync(offer.ReferralId, cancellationToken) is { } entry && entry.OfferId == offer.Id)
        {
            await ReturnAsync(db, [(offer, entry, reason)], by, cancellationToken);
        }
    }

    /// <summary>Puts entries back. They and their offers are locked; the places are not yet.</summary>
    public async Task ReturnAsync(
        EnrollmentDbContext db, IReadOnlyList<(Offer Offer, WaitlistEntry Entry, string Reason)> returns, string by,
        CancellationToken cancellationToken)
    {
        var set = await rules.ForAsync(db, cancellationToken);
        var ids = returns.Select(r => r.Offer.ProgramId).ToList();
        var programs = (await db.ReadProfilesAsync(db.Programs.Where(p => ids.Contains(p.Id)), cancellationToken))
            .ToDictionary(p => p.ProgramId);
        var turn = await LineTurn.TakeAsync(db, by, cancellationToken);
        foreach (var (offer, entry, reason) in returns)
        {
            var (end, kind) = offer.Status switch
            {
                OfferStatus.Declined => (OfferEnd.Declined, WaitlistEventKind.Declined),

                // Who said yes did not let it lapse: the admission did not follow in time.
                OfferStatus.Lapsed => (offer.AcceptedAt is null ? OfferEnd.Lapsed : OfferEnd.Released, WaitlistEventKind.Lapsed),
                _ => (OfferEnd.Released, WaitlistEventKind.Released),
            };
            entry.Return(offer.ProgramId, end);
            turn.Note(entry, kind, offer.ProgramId, offer.Id, reason);
            var program = programs[offer.ProgramId];
            var about = new DecisionAbout(entry.Id, program.SiteId, program.ProgramId, program.Scope, program.DayAt(db.Now), offer.PersonId);
            if (Decide(db, set, about, new ReturnFacts(end, entry.Declines, entry.Lapses)) is { Outcome.Stays: false, Pack: var pack })
            {
                var removal = $"did not take an offer too often: {entry.Declines} declined, {entry.Lapses} lapsed ({pack})";
                entry.Remove(removal);
                turn.Note(entry, WaitlistEventKind.Removed, reason: removal);
                await db.CloseWantsAsync(entry.Id, cancellationToken);
            }
        }
    }

    /// <summary>Null when a rule pack that cannot be used may say it: nobody is taken out of the line by other rules, and the place goes back.</summary>
    private static Decided<ReturnOutcome>? Decide(
        EnrollmentDbContext db, RulePackSet<CareRules> set, DecisionAbout about, ReturnFacts facts)
    {
        try
        {
            return db.Decide(WaitlistReturn.Instance, set, about, facts);
        }
        catch (DomainException e) when (e.Error.Code == RulePackErrors.UnusableCode)
        {
            return null;
        }
    }

    /// <summary>Takes the entry out of the line whose referral is being admitted with an offer. The referral and the offer are locked; the places are not yet.</summary>
    public static async Task PlaceAsync(EnrollmentDbContext db, Offer offer, string by, CancellationToken cancellationToken)
    {
        if (await db.LockedOpenEntryAsync(offer.ReferralId, cancellationToken) is not { } entry)
        {
            return;
        }

        var turn = await LineTurn.TakeAsync(db, by, cancellationToken);
        entry.Place();
        turn.Note(entry, WaitlistEventKind.Placed, offer.ProgramId, offer.Id);
        await db.CloseWantsAsync(entry.Id, cancellationToken);
    }

    /// <summary>Has the entry of a referral held against what is open again, after the referral came to be eligible.</summary>
    public static Task ReconsiderAsync(EnrollmentDbContext db, Guid referralId, CancellationToken cancellationToken) =>
        ReconsiderAsync(db.WaitlistEntries.Where(e => e.ReferralId == referralId), cancellationToken);

    /// <summary>Has the entries of a person held against what is open again, after the person gave up a place.</summary>
    public static Task ReconsiderPersonAsync(EnrollmentDbContext db, Guid personId, CancellationToken cancellationToken) =>
        ReconsiderAsync(
            db.WaitlistEntries.Where(e => db.Referrals.Any(r => r.Id == e.ReferralId && r.PersonId == personId)), cancellationToken);

    private static Task ReconsiderAsync(IQueryable<WaitlistEntry> entries, CancellationToken cancellationToken) => entries
        .Where(e => e.Status == WaitlistStatus.Waiting)
        .ExecuteUpdateAsync(set => set.SetProperty(e => e.MatchDue, true).SetProperty(e => e.Version, e => e.Version + 1), cancellationToken);
}
