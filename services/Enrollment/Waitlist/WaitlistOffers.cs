using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Placement;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.RulePacks;
using Platform.Shared.Auditing;

namespace Platform.Enrollment.Waitlist;

/// <summary>What came of asking the waitlist for a program.</summary>
internal enum WaitlistAnswer
{
    /// <summary>Nothing is open, or nobody whom it suits waits.</summary>
    Nothing,

    /// <summary>A place was offered; there may be more.</summary>
    Offered,

    /// <summary>Somebody is just changing what the choice depends on; it is to be asked again.</summary>
    Busy,

    /// <summary>A rule pack that cannot be used may say how; it is to be asked again when the packs of the network change.</summary>
    Undecided,
}

/// <summary>
/// Offers the open places of a program to those who wait, one in a transaction:
/// <list type="number">
/// <item>take the line, so that it stands still;</item>
/// <item>take the note off the program, which locks its places; without an open one that is all;</item>
/// <item>choose the first in line whom it suits;</item>
/// <item>lock its person, its referral and its entry, and the entries past which the place goes. Others lock these before the line, so here
/// nobody waits for them: when one is not free, everything is undone and asked again;</item>
/// <item>hold the place, which puts the note back for the next one.</item>
/// </list>
/// A process that dies at any of these leaves the note where the next one finds it.
/// </summary>
internal sealed class WaitlistOffers(CapacityLedger ledger, EnrollmentRules rules)
{
    /// <summary>Who offers.</summary>
    public static AuditActor Actor { get; } = new("enrollment.waitlist", "service", string.Empty);

    /// <summary>Offers one place of a program.</summary>
    /// <exception cref="WaitlistBusyException">To undo the transaction: it is to be asked again.</exception>
    public async Task<WaitlistAnswer> OfferNextAsync(EnrollmentDbContext db, Guid programId, CancellationToken cancellationToken)
    {
        var set = await rules.ForAsync(db, cancellationToken);
        var turn = await LineTurn.TakeAsync(db, Actor.Subject, cancellationToken);
        var capacity = await CapacityLedger.TakeNoteAsync(db, programId, cancellationToken);
        if (capacity?.ChangesAt <= db.Now && await ledger.ApplyDueAsync(db, capacity.SiteId, programId, cancellationToken))
        {
            capacity = await CapacityLedger.TakeNoteAsync(db, programId, cancellationToken);
        }

        if (capacity is null || capacity.Counts.Open <= 0 || capacity.ClosesAt <= db.Now)
        {
            return WaitlistAnswer.Nothing;
        }

        // Read with the places locked: who changes whom a program suits notes it there, and a note that was just taken is not put back.
        if (await db.FindProfileAsync(programId, cancellationToken) is not { } program)
        {
            return WaitlistAnswer.Nothing;
        }

        var choice = await db.ChooseAsync(program, cancellationToken);
        if (choice.Chosen is not { } chosen)
        {
            return WaitlistAnswer.Nothing;
        }

        var referral = await db.LockedFreeReferralAsync(chosen.ReferralId, cancellationToken);
        List<Guid> ids = [chosen.Id, .. choice.PassedOver.Select(e => e.Id)];
        var entries = (await db.LockedFreeEntriesAsync(ids, cancellationToken)).ToDictionary(e => e.Id);
        if (referral is not { Status: ReferralStatus.Eligible } || entries.Count < ids.Count
            || await db.HasPlaceAsync(referral.PersonId, cancellationToken))
        {
            throw new WaitlistBusyException();
        }

        var id = db.NewId();
        var about = new DecisionAbout(id, program.SiteId, programId, program.Scope, program.DayAt(db.Now), referral.PersonId);
        var hold = db.Decide(OfferHold.Instance, set, about, new HoldFacts(Accepted: false));
        db.Offers.Add(Offer.Make(id, referral, program, db.Clock.AddMinutes(hold.Outcome.Minutes), automatic: true));
        entries[chosen.Id].Offer(id);
        turn.Note(chosen, WaitlistEventKind.Offered, programId, id);
        foreach (var passed in choice.PassedOver)
        {
            entries[passed.Id].PassOver(programId);
            turn.Note(passed, WaitlistEventKind.PassedOver, programId, id);
        }

        db.Audit(new AuditNote("offer.make", "offer", id, referral.PersonId));
        if (!await ledger.TryHoldInLineAsync(db, program, cancellationToken))
        {
            throw new InvalidOperationException($"The open place of program {programId} is gone although its row is locked.");
        }

        return WaitlistAnswer.Offered;
    }

    /// <summary>Takes the notes off all programs of a network for which nobody waits; false when somebody does.</summary>
    public static async Task<bool> StrikeNotesAsync(EnrollmentDbContext db, CancellationToken cancellationToken)
    {
        // Who joins after this turn is held against whatever is open by then.
        _ = await LineTurn.TakeAsync(db, Actor.Subject, cancellationToken);
        if (await db.WaitlistWants.AnyAsync(w => w.IsOpen, cancellationToken))
        {
            return false;
        }

        await CapacityLedger.StrikeNotesAsync(db, cancellationToken);
        return true;
    }
}

/// <summary>Undoes a transaction of the waitlist that met somebody else's, to be run again.</summary>
internal sealed class WaitlistBusyException : Exception;
