using Microsoft.EntityFrameworkCore;

namespace Platform.Billing.Charges;

/// <summary>
/// Orders evaluations against what they read. An evaluation shares a network's lock with the others; recording a coverage, a
/// contract or an authorization takes it alone, for the few milliseconds of its transaction. Taken before every row lock. SQLite
/// has one writer at a time and needs none.
/// </summary>
internal static class PricingLock
{
    /// <summary>For evaluating a charge; two evaluations of one person's charges follow each other.</summary>
    public static async Task ShareAsync(BillingDbContext db, Guid personId, CancellationToken cancellationToken)
    {
        if (db.IsPostgres)
        {
            await db.Database.ExecuteSqlAsync(
                $"SELECT pg_advisory_xact_lock_shared(hashtextextended({Key(db)}, 0))", cancellationToken);
            await db.Database.ExecuteSqlAsync(
                $"SELECT pg_advisory_xact_lock(hashtextextended({$"{Key(db)}:{personId}"}, 0))", cancellationToken);
        }
    }

    /// <summary>For recording what evaluations read.</summary>
    public static async Task TakeAsync(BillingDbContext db, CancellationToken cancellationToken)
    {
        if (db.IsPostgres)
        {
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({Key(db)}, 0))", cancellationToken);
        }
    }

    private static string Key(BillingDbContext db) => $"pricing:{db.NetworkId}";
}
