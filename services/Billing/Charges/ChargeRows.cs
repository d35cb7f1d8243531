using Microsoft.EntityFrameworkCore;

namespace Platform.Billing.Charges;

/// <summary>Locks charges, always in the order of their ids.</summary>
internal static class ChargeRows
{
    /// <summary>The charges with these ids as they are now, locked until the transaction ends.</summary>
    public static Task<List<Charge>> LockAsync(BillingDbContext db, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        var charges = db.IsPostgres
            ? db.Charges.FromSql($"SELECT * FROM charge WHERE id = ANY({ids.ToArray()}) ORDER BY id FOR UPDATE")
            : db.Charges.Where(charge => ids.Contains(charge.Id));
        return charges.ToListAsync(cancellationToken);
    }

    /// <summary>One charge, locked; null when there is none in the network.</summary>
    public static async Task<Charge?> LockAsync(BillingDbContext db, Guid id, CancellationToken cancellationToken) =>
        (await LockAsync(db, [id], cancellationToken)).SingleOrDefault();
}
