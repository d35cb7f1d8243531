using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Episodes;
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
    /// NOT_FOUND: no such referral or program for this caller. RESOURCE_EXHAUSTED: full. FAILED_PRECONDITION: not eligible, the person
    /// is in care or has a place held already, the program is closed, or somebody waits and no reason was given to pass them.
    /// </exception>
    public async Task<Offer> MakeAsync(Operation<EnrollmentDbContext> op, WantedOffer wanted)
    {
        // Everyone locks in this order: person, referral, entry, offer, line, places.
        var (db, cancellationToken) = (op.Db, op.CancellationToken);
        var referral = await db.LockedWithPersonAsync(wanted.ReferralId, cancellationToken)
            ?? throw DomainError.NotFound("referral").ToException();
        await op.RequirePersonAsync(referral.PersonId, "referral");
        var program = await db.FindProfileAsync(wanted.ProgramId, cancellationToken)
            ?? throw DomainError.NotFound("program").ToException();
        op.Caller.RequireSite(program.SiteId, "program");
        referral.RequireEligible();
        var look = await LookAsync(db, referral, program, cancellationToken);
        look.RequireNoPlace();
        rules.Use(db, look.RuleChanges);
        var ranOut = await RanOutAsync(db, look, cancellationToken);
        var entry = look.Waits ? await db.LockedOpenEntryAsync(referral.Id, cancellationToken) : null;
        var id = db.NewId();
        var minutes = wanted.Minutes == 0 ? await HoldMinutesAsync(db, id, referral.PersonId, program, cancellationToken) : wanted.Minutes;
        var turn = entry is not null || wanted.OverrideReason.Length > 0 || look.Passes || look.AnyRanOut
            ? await LineTurn.TakeAsync(db, op.Caller.Subject, cancellationToken)
            : null;
        if (ranOut is not null || look.AnyRanOut)
        {
            await lapse.LapseForAsync(db, program.ProgramId, ranOut, cancellationToken);
            RequireEnded(ranOut);

            // It may have let an offer lapse too often, and is out of the line.
            entry = entry?.Status == WaitlistStatus.Waiting ? entry : null;

            // What follows comes after the turn in which they returned to the line.
            turn = turn is null ? null : await LineTurn.TakeAsync(db, op.Caller.Subject, cancellationToken);
        }

        var offer = Offer.Make(id, referral, program, look.Clock.AddMinutes(minutes));
        db.Offers.Add(offer);
        entry?.Offer(id);
        var anyWaits = await ledger.TryHoldAsync(db, program, cancellationToken)
            ?? throw (await CapacityLedger.RefusalAsync(db, program.ProgramId, cancellationToken)).ToException();
        var (ahead, passed) = anyWaits ? await WhoStandsBeforeAsync(db, program, entry, cancellationToken) : ([], []);
        if (ahead.Count > 0)
        {
            offer.Overtake(wanted.OverrideReason.Length > 0 ? wanted.OverrideReason : throw WaitlistErrors.HasWaitlist.ToException());
        }

        foreach (var other in ahead)
        {
            turn!.Note(other, WaitlistEventKind.Overtaken, program.ProgramId, id, wanted.OverrideReason);
        }

        if (turn is not null && passed.Count > 0)
        {
            await PassOverAsync(db, turn, passed, program.ProgramId, id, cancellationToken);
        }

        if (entry is not null)
        {
            turn!.Note(entry, WaitlistEventKind.OfferedByHand, program.ProgramId, id, offer.OverrideReason);
        }

        op.Audit(ahead.Count > 0 ? "offer.make-passing-waitlist" : "offer.make", "offer", id, referral.PersonId);
        return offer;
    }

    /// <summary>
    /// Those who wait, whom the place suits, and who stand before the entry of who is offered it, or all: those who go first, and
    /// those past whom it goes.
    /// </summary>
    private static async Task<(List<WaitlistEntry> Ahead, List<WaitlistEntry> Passed)> WhoStandsBeforeAsync(
        EnrollmentDbContext db, ProgramProfile program, WaitlistEntry? own, CancellationToken cancellationToken)
    {
        List<WaitlistEntry> ahead = [], passed = [];
        await foreach (var entry in db.WaitingForAsync(program.Targets, cancellationToken))
        {
            if (own is not null && WaitlistOrder.Instance.Compare(entry, own) >= 0)
            {
                break;
            }

            if (entry.Criteria.Suits(program))
            {
                (entry.IsPassedFor(program.ProgramId) ? passed : ahead).Add(entry);
            }
        }

        return (ahead, passed);
    }

    /// <summary>
    /// Has those served again past whom the place goes. Whoever is just changing an entry waits for the line, and so comes after
    /// this place: a skip that is on its way is for the next one.
    /// </summary>
    private static async Task PassOverAsync(
        EnrollmentDbContext db, LineTurn turn, IReadOnlyCollection<WaitlistEntry> passed, Guid programId, Guid offerId,
        CancellationToken cancellationToken)
    {
        foreach (var entry in await db.LockedFreeEntriesAsync([.. passed.Select(e => e.Id)], cancellationToken))
        {
            entry.PassOver(programId);
            turn.Note(entry, WaitlistEventKind.PassedOver, programId, offerId);
        }
    }

    private async Task<int> HoldMinutesAsync(
        EnrollmentDbContext db, Guid offerId, Guid personId, ProgramProfile program, CancellationToken cancellationToken)
    {
        var about = new DecisionAbout(offerId, program.SiteId, program.ProgramId, program.Scope, program.DayAt(db.Now), personId);
        var set = await rules.ForAsync(db, cancellationToken);
        return db.Decide(OfferHold.Instance, set, about, new HoldFacts(Accepted: false)).Outcome.Minutes;
    }

    /// <summary>The offer, locked, that held a place for the referral until its time ran out; null when there is none.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: it holds it still.</exception>
    private static async Task<Offer?> RanOutAsync(EnrollmentDbContext db, Look look, CancellationToken cancellationToken)
    {
        if (look.HeldId is not { } id || await db.LockedAsync<Offer>(id, cancellationToken) is not { Status: OfferStatus.Held } held)
        {
            return null;
        }

        return held.HoldsAt(look.Clock) ? throw OfferErrors.Open.ToException() : held;
    }

    private static void RequireEnded(Offer? ranOut)
    {
        if (ranOut?.Status == OfferStatus.Held)
        {
            throw OfferErrors.Open.ToException();
        }
    }

    /// <summary>
    /// What is to be known of a referral that is locked, in one round trip: this is asked for every offer. On SQLite, where nobody
    /// else writes meanwhile, the line is taken and offers that ran out are looked for each time.
    /// </summary>
    private static async Task<Look> LookAsync(
        EnrollmentDbContext db, Referral referral, ProgramProfile program, CancellationToken cancellationToken) => db.IsPostgres
        ? (await db.Database.SqlQuery<Look>(
            $"""
             SELECT now() AS "Clock",
                 (SELECT id FROM offer WHERE referral_id = {referral.Id} AND status = 'Held') AS "HeldId",
                 EXISTS (SELECT FROM episode
                     WHERE network_id = {db.NetworkId} AND person_id = {referral.PersonId} AND status = 'Admitted') AS "InCare",
                 EXISTS (SELECT FROM offer
                     WHERE person_id = {referral.PersonId} AND referral_id <> {referral.Id} AND status = 'Held'
                       AND expires_at > now()) AS "HeldElsewhere",
                 EXISTS (SELECT FROM waitlist_entry WHERE referral_id = {referral.Id} AND status IN ('Waiting', 'Offered')) AS "Waits",
                 EXISTS (SELECT FROM waitlist_want w JOIN waitlist_entry e ON e.id = w.entry_id
                     WHERE w.network_id = {db.NetworkId} AND w.is_open AND w.target_id = ANY ({program.Targets.ToArray()})
                       AND e.status = 'Waiting' AND (e.skipped OR {program.ProgramId} = ANY (e.passed_programs))) AS "Passes",
                 EXISTS (SELECT FROM offer
                     WHERE network_id = {db.NetworkId} AND program_id = {program.ProgramId} AND status = 'Held'
                       AND expires_at <= now()) AS "AnyRanOut",
                 COALESCE((SELECT version FROM rule_pack_head WHERE network_id = {db.NetworkId}), 0) AS "RuleChanges"
             """).ToListAsync(cancellationToken))[0]
        : new Look(
            db.Now,
            await db.Offers.Where(o => o.ReferralId == referral.Id && o.Status == OfferStatus.Held)
                .Select(o => (Guid?)o.Id).SingleOrDefaultAsync(cancellationToken),
            InCare: await db.Episodes.AnyAsync(e => e.PersonId == referral.PersonId && e.Status == EpisodeStatus.Admitted, cancellationToken),
            HeldElsewhere: await db.Offers.AnyAsync(
                o => o.PersonId == referral.PersonId && o.ReferralId != referral.Id && o.Status == OfferStatus.Held && o.ExpiresAt > db.Now,
                cancellationToken),
            Waits: true,
            Passes: true,
            AnyRanOut: true,
            await db.RulePackHeads.Select(h => h.Version).FirstOrDefaultAsync(cancellationToken));

    /// <summary>What an offer depends on.</summary>
    /// <param name="Clock">The clock of holds.</param>
    /// <param name="HeldId">The offer that holds, or held, a place for the referral.</param>
    /// <param name="InCare">Whether the person is in care.</param>
    /// <param name="HeldElsewhere">Whether a place is held for another referral of the person.</param>
    /// <param name="Waits">Whether the referral is in line.</param>
    /// <param name="Passes">Whether somebody waits for the program past whom its next place goes.</param>
    /// <param name="AnyRanOut">Whether places of the program are held by offers whose time ran out.</param>
    /// <param name="RuleChanges">How often the network's rules were changed.</param>
    private sealed record Look(
        DateTimeOffset Clock, Guid? HeldId, bool InCare, bool HeldElsewhere, bool Waits, bool Passes, bool AnyRanOut, long RuleChanges)
    {
        /// <exception cref="DomainException">FAILED_PRECONDITION: the person has a place.</exception>
        public void RequireNoPlace()
        {
            if (InCare || HeldElsewhere)
            {
                throw (InCare ? EpisodeErrors.Open : OfferErrors.OpenElsewhere).ToException();
            }
        }
    }
}
