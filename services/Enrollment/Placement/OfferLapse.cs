using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Capacity;
using Platform.Shared.Auditing;

namespace Platform.Enrollment.Placement;

/// <summary>Gives back the places of offers whose time ran out.</summary>
internal sealed class OfferLapse(CapacityLedger ledger)
{
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
        await EndAsync(db, expired, cancellationToken);
        return expired.Count;
    }

    /// <summary>Lapses offers that are locked.</summary>
    public async Task EndAsync(EnrollmentDbContext db, IReadOnlyCollection<Offer> expired, CancellationToken cancellationToken)
    {
        foreach (var offer in expired)
        {
            offer.Lapse();
            db.Audit(new AuditNote("offer.lapse", "offer", offer.Id, offer.PersonId));
        }

        await db.SaveChangesAsync(cancellationToken);

        // In the order of their ids, as everyone who changes several programs does.
        foreach (var program in expired.GroupBy(o => (o.ProgramId, o.SiteId)).OrderBy(group => group.Key.ProgramId))
        {
            await ledger.ReleaseAsync(db, program.Key.SiteId, program.Key.ProgramId, program.Count(), cancellationToken);
        }
    }
}
