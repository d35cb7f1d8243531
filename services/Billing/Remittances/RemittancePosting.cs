using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Platform.Billing.Charges;
using Platform.Billing.Claims;
using Platform.Billing.Ledger;
using Platform.Billing.Payers;
using Platform.Billing.X12;
using Platform.Contracts.Events.Billing;
using Platform.Shared.Errors;
using Platform.Shared.Money;
using Platform.Shared.Requests;

namespace Platform.Billing.Remittances;

/// <summary>A file whose every remittance was read and balances.</summary>
internal sealed record ReadFile(string Name, byte[] Content, byte[] Sha256, IReadOnlyList<X12.Remittance> Remittances);

/// <summary>What was posted.</summary>
internal sealed record Posted(IReadOnlyList<Remittance> Remittances, bool Duplicate);

/// <summary>
/// Posts a file in one transaction, whole or not at all:
/// 1. posters of a network follow each other, so that the same file given twice at once is posted once;
/// 2. each remittance finds its payer; one whose trace number was posted before is the same remittance again, answered with the
///    first posting however the file around it looks, or another one, and refused;
/// 3. each claim's money moves in the ledger, and claims and charges follow; money for claims that are not known is kept apart.
/// </summary>
internal static class RemittancePosting
{
    private static readonly DomainError TraceReused = DomainError.Exists(
        "TRACE_NUMBER_REUSED", "A remittance of this payer with this trace number was posted, and says something else. Nothing was posted.");

    /// <summary>CLP02 of what decides nothing: not our claim and forwarded (23), predetermination (25).</summary>
    private static readonly string[] ForInformation = ["23", "25"];

    /// <summary>Posts a file.</summary>
    public static async Task<Posted> PostAsync(Operation<BillingDbContext> op, ReadFile file)
    {
        var db = op.Db;
        await LockAsync(db, op.CancellationToken);
        var stored = new RemittanceFile
        {
            Id = db.NewId(),
            NetworkId = db.NetworkId,
            Sha256 = file.Sha256,
            Name = file.Name,
            Content = file.Content,
            PostedAt = op.Now,
        };
        var posted = new List<Remittance>();
        var isNew = false;
        foreach (var remittance in file.Remittances)
        {
            var payer = await PayerMatch.FindAsync(op, remittance.Payer);
            var fingerprint = Fingerprint(remittance);
            if (await db.Remittances.SingleOrDefaultAsync(
                r => r.PayerId == payer.Id && r.TraceNumber == remittance.Payment.TraceNumber, op.CancellationToken) is { } known)
            {
                posted.Add(known.Fingerprint.AsSpan().SequenceEqual(fingerprint) ? known : throw TraceReused.ToException());
                continue;
            }

            if (!isNew)
            {
                isNew = true;
                db.RemittanceFiles.Add(stored);
            }

            posted.Add(await PostAsync(op, remittance, payer, stored.Id, fingerprint));
            await db.SaveChangesAsync(op.CancellationToken);
        }

        return new Posted(posted, Duplicate: !isNew);
    }

    private static async Task<Remittance> PostAsync(
        Operation<BillingDbContext> op, X12.Remittance remittance, Payer payer, Guid fileId, byte[] fingerprint)
    {
        var db = op.Db;
        var (claims, charges) = await LockClaimsAsync(db, payer.Id, remittance, op.CancellationToken);
        var posted = new Remittance
        {
            Id = db.NewId(),
            NetworkId = db.NetworkId,
            FileId = fileId,
            PayerId = payer.Id,
            TraceNumber = remittance.Payment.TraceNumber,
            Fingerprint = fingerprint,
            Paid = new Money(remittance.Payment.AmountCents),
            PaidOn = remittance.Payment.Date,
            Claims = remittance.Claims.Count,
            Matched = remittance.Claims.Count(claim => claims.ContainsKey(claim.ClaimId)),
            PostedAt = op.Now,
        };
        db.Remittances.Add(posted);
        var memo = $"835 {posted.TraceNumber}:";
        for (var i = 0; i < remittance.Claims.Count; i++)
        {
            var remitted = remittance.Claims[i];
            var decision = Decision.On(remitted);
            var claim = claims.GetValueOrDefault(remitted.ClaimId);
            db.RemittedClaims.Add(new RemittedClaim
            {
                NetworkId = db.NetworkId,
                RemittanceId = posted.Id,
                Position = i + 1,
                ClaimNumber = remitted.ClaimId,
                ClaimId = claim?.Id,
                StatusCode = remitted.StatusCode,
                PayerControlNumber = remitted.PayerControlNumber,
                Charged = new Money(remitted.ChargedCents),
                Paid = decision.Paid,
                Patient = decision.Patient,
                Adjusted = decision.Adjusted,
            });
            if (claim is null || ForInformation.Contains(remitted.StatusCode))
            {
                new Posting(payer.Id, posted.PaidOn, ClaimId: null, posted.Id)
                    .Add(Account.Cash, Account.Unmatched, decision.Paid, $"{memo} claim {remitted.ClaimId} not matched")
                    .WriteTo(db);
                continue;
            }

            var posting = new Posting(payer.Id, posted.PaidOn, claim.Id, posted.Id);
            decision.PostTo(posting, memo);
            posting.WriteTo(db);
            claim.Post(decision.Paid, decision.Patient, decision.Adjusted);
            Follow(db, claim, remitted, [.. charges[claim.Id]]);
            op.Audit("claim.remit", "claim", claim.Id, claim.PersonId, "PAYMENT");
        }

        var adjusted = new Posting(payer.Id, posted.PaidOn, ClaimId: null, posted.Id);
        foreach (var adjustment in remittance.ProviderAdjustments)
        {
            adjusted.Add(Account.ProviderAdjustment, Account.Cash, new Money(adjustment.AmountCents), $"{memo} PLB {adjustment.ReasonCode}");
        }

        adjusted.WriteTo(db);
        db.Publish(new RemittancePosted(posted.Id, payer.Id, posted.Paid.Cents, posted.Claims, posted.Matched), posted.Id);
        return posted;
    }

    /// <summary>Moves the charges of a claim: by what was decided on their lines, or as the claim when it has no lines.</summary>
    private static void Follow(BillingDbContext db, Claim claim, RemittanceClaim remitted, IReadOnlyList<Charge> charges)
    {
        var moved = new HashSet<Charge>();
        foreach (var line in remitted.Lines)
        {
            if (LineMatch.Find(line, charges) is { } charge)
            {
                var decision = Decision.On(line);
                charge.Post(decision.Paid, decision.Patient, decision.Adjusted);
                moved.Add(charge);
            }
        }

        if (remitted.Lines.Count == 0)
        {
            foreach (var charge in charges)
            {
                charge.Settle(claim.Status switch
                {
                    ClaimStatus.Remitted => ChargeStatus.Paid,
                    ClaimStatus.Denied => ChargeStatus.Denied,
                    _ => ChargeStatus.Claimed,
                });
                moved.Add(charge);
            }
        }

        foreach (var charge in moved)
        {
            db.Publish(Pricing.Changed(charge), charge.Id);
        }
    }

    private static async Task<(Dictionary<string, Claim> Claims, ILookup<Guid, Charge> Charges)> LockClaimsAsync(
        BillingDbContext db, Guid payerId, X12.Remittance remittance, CancellationToken cancellationToken)
    {
        var numbers = remittance.Claims.Select(claim => claim.ClaimId).Distinct().ToArray();
        var locked = db.IsPostgres
            ? db.Claims.FromSql(
                $"SELECT * FROM claim WHERE network_id = {db.NetworkId} AND number = ANY({numbers}) ORDER BY id FOR UPDATE")
            : db.Claims.Where(c => numbers.Contains(c.Number));

        // A claim that was taken back owes nothing: money that comes for it all the same is kept apart, for a person to look at.
        var claims = (await locked.ToListAsync(cancellationToken))
            .Where(c => c.PayerId == payerId && c.Status != ClaimStatus.Withdrawn)
            .ToDictionary(c => c.Number);
        var claimIds = claims.Values.Select(c => c.Id).ToList();
        var chargeIds = await db.Charges
            .Where(c => c.ClaimId != null && claimIds.Contains(c.ClaimId.Value)).Select(c => c.Id).ToListAsync(cancellationToken);
        var charges = await ChargeRows.LockAsync(db, chargeIds, cancellationToken);
        return (claims, charges.ToLookup(c => c.ClaimId!.Value));
    }

    private static async Task LockAsync(BillingDbContext db, CancellationToken cancellationToken)
    {
        if (db.IsPostgres)
        {
            await db.Database.ExecuteSqlAsync(
                $"SELECT pg_advisory_xact_lock(hashtextextended({$"posting:{db.NetworkId}"}, 0))", cancellationToken);
        }
    }

    private static byte[] Fingerprint(X12.Remittance remittance) => SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
        new { remittance.Payment, remittance.Payer, remittance.Payee, remittance.Claims, remittance.ProviderAdjustments }));
}
