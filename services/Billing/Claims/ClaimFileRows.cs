using Microsoft.EntityFrameworkCore;
using Platform.Billing.Charges;

namespace Platform.Billing.Claims;

/// <summary>Locks claim files with what is in them: the file, then its claims, then their charges, each in the order of ids.</summary>
internal static class ClaimFileRows
{
    /// <summary>A file, locked; null when there is none in the network.</summary>
    public static Task<ClaimFile?> LockFileAsync(this BillingDbContext db, Guid id, CancellationToken cancellationToken) =>
        (db.IsPostgres ? db.ClaimFiles.FromSql($"SELECT * FROM claim_file WHERE id = {id} FOR UPDATE") : db.ClaimFiles)
        .SingleOrDefaultAsync(f => f.Id == id, cancellationToken);

    /// <summary>The claims of a file, locked.</summary>
    public static Task<List<Claim>> LockClaimsAsync(this BillingDbContext db, Guid fileId, CancellationToken cancellationToken) =>
        (db.IsPostgres ? db.Claims.FromSql($"SELECT * FROM claim WHERE file_id = {fileId} ORDER BY id FOR UPDATE") : db.Claims)
        .Where(c => c.FileId == fileId)
        .ToListAsync(cancellationToken);

    /// <summary>The charges of a file, locked.</summary>
    public static async Task<List<Charge>> LockChargesAsync(this BillingDbContext db, Guid fileId, CancellationToken cancellationToken)
    {
        var ids = await (
            from claim in db.Claims
            join charge in db.Charges on claim.Id equals charge.ClaimId
            where claim.FileId == fileId
            select charge.Id).ToListAsync(cancellationToken);
        return await ChargeRows.LockAsync(db, ids, cancellationToken);
    }
}
