using Microsoft.EntityFrameworkCore;
using Platform.Billing.Charges;
using Platform.Billing.Coverages;
using Platform.Billing.Ledger;
using Platform.Billing.X12;
using Platform.Shared.Errors;
using Platform.Shared.Requests;

namespace Platform.Billing.Claims;

/// <summary>What was issued in the place of a withheld file.</summary>
/// <param name="FileId">The new file; null when no claim was left for one.</param>
/// <param name="Claims">The claims in it.</param>
/// <param name="LeftOut">The claims that were left out.</param>
internal sealed record ReissuedFile(Guid? FileId, IReadOnlyList<Claim> Claims, IReadOnlyList<Claim> LeftOut);

/// <summary>
/// Issues a withheld claim file again without the claims of those for whom nothing allows disclosure, in one transaction:
/// 1. lock the file, its claims and their charges; the flags of the last download say whose claims are left out; of a file that was
///    handed out, the payer may have the others: they go out again only when it says that it does not;
/// 2. write the others, as they were written and under their numbers, into a file with a new control number;
/// 3. take back what is left out, unless the payer may have it: what was not received is owed by nobody;
/// 4. the withheld file is handed out no more: of a download and a reissue at once, one finds what the other did.
/// </summary>
internal sealed class ClaimReissue(ClaimFileWriting files, PricingSignal signal)
{
    private static readonly DomainError NotWithheld = DomainError.Precondition(
        "CLAIM_FILE_NOT_WITHHELD", "No claim of the file is withheld. Download it.");

    private static readonly DomainError MayBeReceived = DomainError.Precondition(
        "CLAIM_FILE_HANDED_OUT",
        "The file was handed out, and a payer that has its claims would deny them as duplicates. Ask the payer; if it did not take "
        + "the file, issue it again with confirm_not_received.");

    /// <summary>Issues a file again.</summary>
    /// <param name="op">The operation, in its transaction.</param>
    /// <param name="fileId">The file that is withheld.</param>
    /// <param name="notReceived">Whether the payer says that it did not take the file.</param>
    /// <param name="today">Today at the site, on which what is taken back counts.</param>
    /// <exception cref="DomainException">
    /// FAILED_PRECONDITION: nothing is withheld, or the payer may have what would go out again, or it was issued again before.
    /// </exception>
    public async Task<ReissuedFile> ReissueAsync(Operation<BillingDbContext> op, Guid fileId, bool notReceived, DateOnly today)
    {
        var (db, cancellationToken) = (op.Db, op.CancellationToken);
        await PricingLock.TakeAsync(db, cancellationToken);
        var file = (await db.LockFileAsync(fileId, cancellationToken))!;
        file.RequireCurrent();
        var claims = await db.LockClaimsAsync(fileId, cancellationToken);
        var charges = (await db.LockChargesAsync(fileId, cancellationToken)).ToLookup(charge => charge.ClaimId!.Value);
        var leftOut = claims.Where(claim => charges[claim.Id].Any(charge => charge.Holds.Contains(Hold.ConsentWithdrawn))).ToList();
        if (leftOut.Count == 0)
        {
            throw NotWithheld.ToException();
        }

        // What a payer answered was sent: in a file with another control number it would be a claim for the same days again.
        List<Claim> kept = [.. claims.Except(leftOut).Where(claim => claim.IsUnanswered)];
        if (file.HandedOut && kept.Count > 0 && !notReceived)
        {
            throw MayBeReceived.ToException();
        }

        var reissued = kept.Count == 0 ? null : await WriteAsync(op, file, kept);
        file.ReplaceBy(reissued, op.Now);

        // A payer that answered a claim of the file has the file, whatever it says.
        if (!file.HandedOut || (notReceived && claims.TrueForAll(claim => claim.IsUnanswered)))
        {
            foreach (var claim in leftOut.Where(claim => claim.IsUnanswered))
            {
                await WithdrawAsync(op, claim, [.. charges[claim.Id]], today);
            }
        }

        return new ReissuedFile(reissued?.Id, kept, leftOut);
    }

    /// <summary>Writes the claims again that stay, with the parties, days and lines that they had.</summary>
    private async Task<ClaimFile> WriteAsync(Operation<BillingDbContext> op, ClaimFile file, List<Claim> kept)
    {
        var db = op.Db;
        var payer = await db.Payers.SingleAsync(p => p.Id == file.PayerId, op.CancellationToken);
        var numbers = kept.Select(claim => claim.Number).ToHashSet(StringComparer.Ordinal);
        using var content = new MemoryStream(file.Content);
        var written = InstitutionalClaimReader.Read(content)
            .SelectMany(batch => batch.Claims)
            .Where(claim => numbers.Contains(claim.ClaimId))
            .ToList();
        var control = (await ClaimNumberRows.LockAsync(db, op.CancellationToken)).NextControl();
        var reissued = files.Write(db, db.NewId(), file.SiteId, payer, control, written);
        db.ClaimFiles.Add(reissued);
        foreach (var claim in kept)
        {
            claim.GoOutIn(reissued.Id);
            op.Audit("claim.reissue", "claim", claim.Id, claim.PersonId, "PAYMENT");
        }

        return reissued;
    }

    private async Task WithdrawAsync(Operation<BillingDbContext> op, Claim claim, IReadOnlyList<Charge> charges, DateOnly today)
    {
        var db = op.Db;
        claim.Withdraw();
        new Posting(claim.PayerId, today, claim.Id, RemittanceId: null)
            .Add(Account.Revenue, Account.Receivable, claim.Charged, $"Claim {claim.Number} withdrawn: the payer never had it")
            .WriteTo(db);
        op.Audit("claim.withdraw", "claim", claim.Id, claim.PersonId, "PAYMENT");
        foreach (var charge in charges)
        {
            var unit = charge.AuthorizationId;
            if (charge.ComeBack())
            {
                if (unit is { } authorization)
                {
                    await AuthorizationUnits.GiveBackAsync(db, authorization, op.CancellationToken);
                }

                await PendingCharges.AddAsync(db, charge.Id, charge.SiteId, op.CancellationToken);
                db.AfterCommit(_ => signal.SetAsync());
            }

            op.Audit("charge.hold", "charge", charge.Id, charge.PersonId, "PAYMENT");
            db.Publish(Pricing.Changed(charge), charge.Id);
        }
    }
}
