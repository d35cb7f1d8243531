using Microsoft.EntityFrameworkCore;
using Platform.Billing.Payers;
using Platform.Shared.Persistence;

namespace Platform.Billing.Charges;

/// <summary>The queue of charges that wait to be evaluated.</summary>
internal static class PendingCharges
{
    /// <summary>Puts a charge into the queue, or makes it due now when it waits already.</summary>
    public static Task AddAsync(BillingDbContext db, Guid chargeId, Guid siteId, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO pending_charge (charge_id, network_id, site_id, due_at, attempts)
             VALUES ({chargeId}, {db.NetworkId}, {siteId}, {db.Stored(db.Now)}, 0)
             ON CONFLICT (charge_id) DO UPDATE SET due_at = excluded.due_at, attempts = 0
             """,
            cancellationToken);

    /// <summary>Puts the charges that are held for want of a contract with a payer into the queue; there may be very many.</summary>
    public static Task AddHeldForAsync(BillingDbContext db, Contract contract, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO pending_charge (charge_id, network_id, site_id, due_at, attempts)
             SELECT id, network_id, site_id, {db.Stored(db.Now)}, 0 FROM charge
             WHERE network_id = {db.NetworkId} AND payer_id = {contract.PayerId}
                 AND status IN ('Held', 'NotBillable') AND contract_id IS NULL
             ON CONFLICT (charge_id) DO UPDATE SET due_at = excluded.due_at, attempts = 0
             """,
            cancellationToken);

    /// <summary>
    /// Puts the charges of a person that are held into the queue, as one that was priced is not any more: its unit of an
    /// authorization is free, and so is its day.
    /// </summary>
    public static Task AddHeldOfAsync(BillingDbContext db, Guid personId, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO pending_charge (charge_id, network_id, site_id, due_at, attempts)
             SELECT id, network_id, site_id, {db.Stored(db.Now)}, 0 FROM charge
             WHERE network_id = {db.NetworkId} AND person_id = {personId} AND status = 'Held' AND contract_id IS NULL
             ON CONFLICT (charge_id) DO UPDATE SET due_at = excluded.due_at, attempts = 0
             """,
            cancellationToken);

    /// <summary>Takes a charge out of the queue; false when another worker did.</summary>
    public static async Task<bool> RemoveAsync(BillingDbContext db, Guid chargeId, CancellationToken cancellationToken) =>
        await db.PendingCharges.Where(p => p.ChargeId == chargeId).ExecuteDeleteAsync(cancellationToken) == 1;

    /// <summary>Those of all networks that are due, the longest waiting first.</summary>
    public static Task<List<PendingCharge>> DueAsync(Database<BillingDbContext> database, int atMost, CancellationToken cancellationToken) =>
        database.ReadAsync(
            ServiceDbContext.AllNetworks,
            (db, ct) => db.PendingCharges.Where(p => p.DueAt <= db.Now).OrderBy(p => p.DueAt).Take(atMost).ToListAsync(ct),
            cancellationToken);

    /// <summary>Lets charges wait longer, twice as long each time, at most <paramref name="longest"/>.</summary>
    public static Task BackOffAsync(
        Database<BillingDbContext> database, IReadOnlyList<PendingCharge> charges, TimeSpan longest, CancellationToken cancellationToken) =>
        database.WriteAsync(
            charges[0].NetworkId,
            actor: null,
            async (db, ct) =>
            {
                foreach (var charge in charges)
                {
                    var wait = TimeSpan.FromSeconds(Math.Min(longest.TotalSeconds, Math.Pow(2, charge.Attempts)));
                    var due = db.Now + wait;
                    await db.PendingCharges
                        .Where(p => p.ChargeId == charge.ChargeId)
                        .ExecuteUpdateAsync(
                            set => set.SetProperty(p => p.DueAt, due).SetProperty(p => p.Attempts, charge.Attempts + 1), ct);
                }

                return charges.Count;
            },
            cancellationToken);
}
