using Microsoft.EntityFrameworkCore;

namespace Platform.Billing.Claims;

/// <summary>Locks the numbers of a network.</summary>
internal static class ClaimNumberRows
{
    /// <summary>The network's numbers, locked.</summary>
    public static async Task<ClaimNumbers> LockAsync(BillingDbContext db, CancellationToken cancellationToken)
    {
        await db.Database.ExecuteSqlAsync(
            $"INSERT INTO claim_numbers (network_id, last_claim, last_control) VALUES ({db.NetworkId}, 0, 0) ON CONFLICT DO NOTHING",
            cancellationToken);
        return db.IsPostgres
            ? await db.ClaimNumbers
                .FromSql($"SELECT * FROM claim_numbers WHERE network_id = {db.NetworkId} FOR UPDATE")
                .SingleAsync(cancellationToken)
            : await db.ClaimNumbers.SingleAsync(cancellationToken);
    }
}
