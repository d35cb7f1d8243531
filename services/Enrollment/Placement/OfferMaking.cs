using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.RulePacks;
using Platform.Enrollment.Waitlist;
using Platform.Shared.Errors;
using Platform.Shared.Requests;

namespace Platform.Enrollment.Placement;

/// <summary>An offer that is to be made by hand.</summary>
/// <param name="ReferralId">For whom.</param>
/// <param name="ProgramId">Of which program.</param>
/// <param name="Minutes">For how long; 0 for as long as the rule pack says.</param>
/// <param name="OverrideReason">Why the line may be passed; empty when it may not.</param>
internal sealed record WantedOffer(Guid ReferralId, Guid ProgramId, int Minutes, string OverrideReason);

/// <summary>
/// Makes an offer by hand. The place is taken last, so that a contested row is locked for a short time only; and whether somebody
/// waits is looked up under that lock, so that a place which the waitlist is about to offer is not taken from it.
/// </summary>
internal sealed class OfferMaking(CapacityLedger ledger, OfferLapse lapse, EnrollmentRules rules)
{
    /// <summary>Makes an offer.</summary>
    /// <exception cref="DomainException">
    /// NOT_FOUND: no such referral or program for this caller. RESOURCE_EXHAUSTED: full. FAILED_PRECONDITION: not eligible, a place
    /// is held already, the program is closed, or somebody waits and no reason was given to pass them.
    /// </exception>
    public async Task<Offer> MakeAsync(Operation<EnrollmentDbContext> op, WantedOffer wanted)
    {
        // Everyone locks in this order: person, referral, entry, offer, line, places.
        var (db, cancellationToken) = (op.Db, op.CancellationToken);
        var referral = await db.LockedAsync<Referral>(wanted.ReferralId, cancellationToken)
            ?? throw DomainError.NotFound("referral").ToException();
        await op.RequirePersonAsync(referral.PersonId, "referral");
        var program = await db.FindProfileAsync(wanted.ProgramId, cancellationToken)
            ?? throw DomainError.NotFound("program").ToException();
        op.Caller.RequireSite(program.SiteId, "program");
        referral.RequireEligible();
        var (clock, heldId, waits) = await LookAsync(db, referral.Id, cancellationToken);
        await RequireNoneHeldAsync(db, heldId, clock, cancellationToken);
        var entry = waits ? await db.LockedOpenEntryAsync(referral.Id, cancellationToken) : null;
        var id = db.NewId();
        var minutes = wanted.Minutes == 0 ? await HoldMinutesAsync(db, id, program, cancellationToken) : wanted.Minutes;
        var turn = entry is not null || wanted.OverrideReason.Length > 0
            ? await LineTurn.TakeAsync(db, op.Caller.Subject, cancellationToken)
            : null;
        await HoldAsync(db, program, cancellationToken);
        var passed = await WhoIsPassedAsync(db, program, entry, cancellationToken);
        if (passed.Count > 0 && wanted.OverrideReason.Length == 0)
        {
            throw WaitlistErrors.HasWaitlist.ToException();
        }

        foreach (var other in passed)
        {
            turn!.Note(other, WaitlistEventKind.Overtaken, program.ProgramId, id, wanted.OverrideReason);
        }

        var offer = Offer.Make(
            id, referral, program, clock.AddMinutes(minutes), overrideReason: passed.Count > 0 ? wanted.OverrideReason : string.Empty);
        db.Offers.Add(offer);
        entry?.Offer(id);
        if (entry is not null)
        {
            turn!.Note(entry, WaitlistEventKind.OfferedByHand, program.ProgramId, id, offer.OverrideReason);
        }

        op.Audit(passed.Count > 0 ? "offer.make-passing-waitlist" : "offer.make", "offer", id, referral.PersonId);
        return offer;
    }

    /// <summary>Takes the place; when all are held by offers whose time ran out, those go back first.</summary>
    private async Task HoldAsync(EnrollmentDbContext db, ProgramProfile program, CancellationToken cancellationToken)
    {
        if (!await ledger.TryHoldAsync(db, program, cancellationToken)
            && (await lapse.LapseAsync(db, program.ProgramId, cancellationToken) == 0
                || !await ledger.TryHoldAsync(db, program, cancellationToken)))
        {
            throw (await CapacityLedger.RefusalAsync(db, program.ProgramId, cancellationToken)).ToException();
        }
    }

    /// <summary>Those who wait, whom the place suits, and who go before: before the entry of who is offered it, or all.</summary>
    private static async Task<List<WaitlistEntry>> WhoIsPassedAsync(
        EnrollmentDbContext db, ProgramProfile program, WaitlistEntry? own, CancellationToken cancellationToken)
    {
        var passed = new List<WaitlistEntry>();
        await foreach (var entry in db.WaitingForAsync(program.Targets, cancellationToken))
        {
            if (own is not null && WaitlistOrder.Instance.Compare(entry, own) >= 0)
            {
                break;
            }

            if (entry.Criteria.Suits(program) && !entry.IsPassedFor(program.ProgramId))
            {
                passed.Add(entry);
            }
        }

        return passed;
    }

    private async Task<int> HoldMinutesAsync(
        EnrollmentDbContext db, Guid offerId, ProgramProfile program, CancellationToken cancellationToken)
    {
        var about = new DecisionAbout(offerId, program.SiteId, program.ProgramId, program.Scope, program.DayAt(db.Now));
        var set = await rules.ForAsync(db, cancellationToken);
        return db.Decide(OfferHold.Instance, set, about, new HoldFacts(Accepted: false)).Outcome.Minutes;
    }

    /// <summary>Refuses a second place for a referral; one whose time ran out goes back first, whoever is sweeping.</summary>
    private async Task RequireNoneHeldAsync(
        EnrollmentDbContext db, Guid? heldId, DateTimeOffset clock, CancellationToken cancellationToken)
    {
        if (heldId is null || await db.LockedAsync<Offer>(heldId.Value, cancellationToken) is not { Status: OfferStatus.Held } held)
        {
            return;
        }

        if (held.HoldsAt(clock) || await lapse.EndAsync(db, [held], cancellationToken) == 0)
        {
            throw OfferErrors.Open.ToException();
        }
    }

    /// <summary>What is to be known of a referral that is locked, in one round trip: this is asked for every offer.</summary>
    private static async Task<Look> LookAsync(EnrollmentDbContext db, Guid referralId, CancellationToken cancellationToken) => db.IsPostgres
        ? (await db.Database.SqlQuery<Look>(
            $"""
             SELECT now() AS "Clock",
                 (SELECT id FROM offer WHERE referral_id = {referralId} AND status = 'Held') AS "HeldId",
                 EXISTS (SELECT FROM waitlist_entry WHERE referral_id = {referralId} AND status IN ('Waiting', 'Offered')) AS "Waits"
             """).ToListAsync(cancellationToken))[0]
        : new Look(
            db.Now,
            await db.Offers.Where(o => o.ReferralId == referralId && o.Status == OfferStatus.Held)
                .Select(o => (Guid?)o.Id).SingleOrDefaultAsync(cancellationToken),
            Waits: true);

    /// <summary>The clock of holds, the offer that holds a place for a referral, and whether the referral is in line.</summary>
    private sealed record Look(DateTimeOffset Clock, Guid? HeldId, bool Waits);
}
