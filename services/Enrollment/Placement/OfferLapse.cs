using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Waitlist;
using Platform.Shared.Auditing;

namespace Platform.Enrollment.Placement;

/// <summary>Gives back the places of offers whose time ran out.</summary>
internal sealed class OfferLapse(CapacityLedger ledger, WaitlistReturns returns)
{
    /// <summary>Who lapses offers.</summary>
    public static AuditActor Actor { get; } = new("enrollment.offer-sweeper", "service", string.Empty);

    /// <summary>Offers that are lapsed in one transaction.</summary>
    public const int AtOnce = 200;

    /// <summary>
    /// Lapses offers of the network. Those that someone else is just using or sweeping are passed over: they are being decided.
    /// </summary>
    /// <returns>How many lapsed; when it is <see cref="AtOnce"/> there may be more.</returns>
    public async Task<int> LapseAsync(EnrollmentDbContext db, CancellationToken cancellationToken) =>
        await EndAsync(db, await RanOutAsync(db, programId: null, cancellationToken), takenNext: null, cancellationToken);

    /// <summary>Lapses the offers of a program, of which a place is taken next, and one that may be of another program.</summary>
    /// <param name="db">The transaction; it has no places locked yet.</param>
    /// <param name="programId">The program.</param>
    /// <param name="another">An offer whose time ran out, locked; null when there is none.</param>
    /// <param name="cancellationToken">Ends the wait for the places.</param>
    public async Task LapseForAsync(EnrollmentDbContext db, Guid programId, Offer? another, CancellationToken cancellationToken)
    {
        var ranOut = await RanOutAsync(db, programId, cancellationToken);
        if (another is not null && !ranOut.Contains(another))
        {
            ranOut.Add(another);
        }

        await EndAsync(db, ranOut, programId, cancellationToken);
    }

    // Only the lock is PostgreSQL's own: on SQLite the transaction is alone.
    private static Task<List<Offer>> RanOutAsync(EnrollmentDbContext db, Guid? programId, CancellationToken cancellationToken) =>
        db.IsPostgres
            ? db.Offers
                .FromSql(
                    $"""
                     SELECT * FROM offer
                     WHERE network_id = {db.NetworkId} AND status = 'Held' AND expires_at <= now()
                       AND ({programId}::uuid IS NULL OR program_id = {programId}::uuid)
                     ORDER BY id LIMIT {AtOnce} FOR UPDATE SKIP LOCKED
                     """)
                .ToListAsync(cancellationToken)
            : db.Offers
                .Where(o => o.Status == OfferStatus.Held && o.ExpiresAt <= db.Now && (programId == null || o.ProgramId == programId))
                .OrderBy(o => o.Id)
                .Take(AtOnce)
                .ToListAsync(cancellationToken);

    /// <summary>
    /// Lapses offers that are locked, puts those back in line for whom the waitlist made them, and has what else their persons wait
    /// for held against what is open. An offer of which somebody else is just changing an entry is left to the next round.
    /// </summary>
    /// <returns>How many lapsed.</returns>
    private async Task<int> EndAsync(
        EnrollmentDbContext db, List<Offer> ranOut, Guid? takenNext, CancellationToken cancellationToken)
    {
        var persons = ranOut.ConvertAll(o => o.PersonId);
        var personOf = persons.Count == 0 ? [] : await (
            from referral in db.Referrals
            join entry in db.WaitlistEntries on referral.Id equals entry.ReferralId
            where persons.Contains(referral.PersonId)
                && (entry.Status == WaitlistStatus.Waiting || entry.Status == WaitlistStatus.Offered)
            select new { entry.Id, referral.PersonId }).ToDictionaryAsync(e => e.Id, e => e.PersonId, cancellationToken);
        var entries = personOf.Count == 0 ? [] : await db.LockedFreeEntriesAsync(personOf.Keys, cancellationToken);
        var busy = personOf.Keys.Except(entries.Select(e => e.Id)).Select(id => personOf[id]).ToHashSet();
        var lapsed = ranOut.Where(o => !busy.Contains(o.PersonId)).ToDictionary(o => o.Id);
        foreach (var offer in lapsed.Values)
        {
            offer.Lapse();
            db.Audit(new AuditNote("offer.lapse", "offer", offer.Id, offer.PersonId));
        }

        var offered = entries.FindAll(e => e.OfferId is { } id && lapsed.ContainsKey(id));
        foreach (var entry in entries.Where(e => e.Status == WaitlistStatus.Waiting && !busy.Contains(personOf[e.Id])))
        {
            entry.Reconsider();
        }

        if (offered.Count > 0)
        {
            await returns.ReturnAsync(
                db, offered.ConvertAll(e => (lapsed[e.OfferId!.Value], e, string.Empty)), Actor.Subject, cancellationToken);
        }

        await db.SaveChangesAsync(cancellationToken);

        // In the order of their ids, as everyone who changes several programs does.
        var places = lapsed.Values.ToLookup(o => o.ProgramId, o => o.SiteId);
        foreach (var program in places.Select(p => p.Key).Union(takenNext is { } next ? [next] : []).Order())
        {
            if (places[program].Any())
            {
                await ledger.ReleaseAsync(db, places[program].First(), program, places[program].Count(), cancellationToken);
            }
            else
            {
                await CapacityLedger.LockAsync(db, program, cancellationToken);
            }
        }

        return lapsed.Count;
    }
}
