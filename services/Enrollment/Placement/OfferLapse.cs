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
    /// Lapses offers of the network, or of one program. Those that someone else is just using or sweeping are passed over: they
    /// are being decided.
    /// </summary>
    /// <returns>How many lapsed; when it is <see cref="AtOnce"/> there may be more.</returns>
    public async Task<int> LapseAsync(EnrollmentDbContext db, Guid? programId, CancellationToken cancellationToken)
    {
        // Only the lock is PostgreSQL's own: on SQLite the transaction is alone.
        var expired = db.IsPostgres
            ? await db.Offers
                .FromSql(
                    $"""
                     SELECT * FROM offer
                     WHERE network_id = {db.NetworkId} AND status = 'Held' AND expires_at <= now()
                       AND ({programId}::uuid IS NULL OR program_id = {programId}::uuid)
                     ORDER BY id LIMIT {AtOnce} FOR UPDATE SKIP LOCKED
                     """)
                .ToListAsync(cancellationToken)
            : await db.Offers
                .Where(o => o.Status == OfferStatus.Held && o.ExpiresAt <= db.Now && (programId == null || o.ProgramId == programId))
                .OrderBy(o => o.Id)
                .Take(AtOnce)
                .ToListAsync(cancellationToken);
        return await EndAsync(db, expired, cancellationToken);
    }

    /// <summary>
    /// Lapses offers that are locked, and puts those back in line for whom the waitlist made them. An offer whose entry somebody
    /// else is just changing is left to the next round.
    /// </summary>
    /// <returns>How many lapsed.</returns>
    public async Task<int> EndAsync(EnrollmentDbContext db, IReadOnlyCollection<Offer> expired, CancellationToken cancellationToken)
    {
        var ids = expired.Select(o => (Guid?)o.Id).ToList();
        var waiting = ids.Count == 0 ? [] : await db.WaitlistEntries
            .Where(e => e.Status == WaitlistStatus.Offered && ids.Contains(e.OfferId))
            .Select(e => new { e.Id, OfferId = e.OfferId!.Value })
            .ToListAsync(cancellationToken);
        var entries = waiting.Count == 0
            ? []
            : await db.LockedFreeEntriesAsync(waiting.ConvertAll(e => e.Id), cancellationToken);
        var busy = waiting.ExceptBy(entries.Select(e => e.Id), e => e.Id).Select(e => e.OfferId).ToHashSet();
        var lapsed = expired.Where(o => !busy.Contains(o.Id)).ToDictionary(o => o.Id);
        foreach (var offer in lapsed.Values)
        {
            offer.Lapse();
            db.Audit(new AuditNote("offer.lapse", "offer", offer.Id, offer.PersonId));
        }

        if (entries.Count > 0)
        {
            await returns.ReturnAsync(
                db, entries.ConvertAll(e => (lapsed[e.OfferId!.Value], e, string.Empty)), Actor.Subject, cancellationToken);
        }

        await db.SaveChangesAsync(cancellationToken);

        // In the order of their ids, as everyone who changes several programs does.
        foreach (var program in lapsed.Values.GroupBy(o => (o.ProgramId, o.SiteId)).OrderBy(group => group.Key.ProgramId))
        {
            await ledger.ReleaseAsync(db, program.Key.SiteId, program.Key.ProgramId, program.Count(), cancellationToken);
        }

        return lapsed.Count;
    }
}
