using Microsoft.EntityFrameworkCore;
using Platform.Billing.Charges;
using Platform.Billing.Ledger;
using Platform.Billing.Payers;
using Platform.Billing.RulePacks;
using Platform.Billing.X12;
using Platform.Contracts.Events.Billing;
using Platform.Shared.Requests;
using Platform.Shared.RulePacks;

namespace Platform.Billing.Claims;

/// <summary>What was written.</summary>
/// <param name="FileId">The file; null when nothing was ready.</param>
/// <param name="Claims">The claims in it.</param>
/// <param name="Held">Charges that could not go out.</param>
internal sealed record WrittenClaims(Guid? FileId, IReadOnlyList<Claim> Claims, IReadOnlyList<Charge> Held);

/// <summary>
/// Puts charges into claims and the claims into a file, in one transaction:
/// 1. lock the charges and keep those that can still be claimed: of two runs at once, the second finds none of the first one's;
/// 2. hold those that lack what a claim needs;
/// 3. draft claims of the rest, and hold those that X12 has no room for;
/// 4. number them, write the file, the claims and the ledger, and say so.
/// </summary>
internal sealed class ClaimWriting(RulePackSet<BillingRules> packs, ClaimFileWriting files)
{
    /// <summary>Writes claims for the chosen charges of a site and a payer.</summary>
    /// <param name="op">The operation, in its transaction.</param>
    /// <param name="payer">The payer.</param>
    /// <param name="siteId">The site.</param>
    /// <param name="chargeIds">The charges.</param>
    /// <param name="facts">What was gathered for them before.</param>
    public async Task<WrittenClaims> WriteAsync(
        Operation<BillingDbContext> op, Payer payer, Guid siteId, IReadOnlyCollection<Guid> chargeIds, ClaimFacts facts)
    {
        var db = op.Db;
        var charges = (await ChargeRows.LockAsync(db, chargeIds, op.CancellationToken))
            .Where(charge => charge.IsClaimable && charge.PayerId == payer.Id && facts.Covers(charge))
            .ToList();
        var contracts = await db.Contracts.Where(c => c.PayerId == payer.Id).ToDictionaryAsync(c => c.Id, op.CancellationToken);
        var today = facts.Today(op.Now);
        var held = new List<Charge>();
        var ready = new List<Charge>();
        foreach (var charge in charges)
        {
            var holds = facts.HoldsOf(charge, contracts[charge.ContractId!.Value], today);
            if (holds.Count == 0)
            {
                ready.Add(charge);
            }
            else
            {
                charge.HoldForClaim(holds);
                held.Add(charge);
            }
        }

        var (fileId, claims) = ready.Count == 0
            ? (null, [])
            : await WriteFileAsync(op, payer, siteId, await DraftAsync(op, payer, ready, contracts), facts, held);
        foreach (var charge in held)
        {
            op.Audit("charge.hold", "charge", charge.Id, charge.PersonId, "PAYMENT");
        }

        foreach (var charge in charges)
        {
            db.Publish(Pricing.Changed(charge), charge.Id);
        }

        return new WrittenClaims(fileId, claims, held);
    }

    private static async Task<List<ClaimDraft>> DraftAsync(
        Operation<BillingDbContext> op, Payer payer, List<Charge> ready, Dictionary<Guid, Contract> contracts)
    {
        var coverageIds = ready.Select(c => c.CoverageId!.Value).Distinct().ToList();
        var coverages = await op.Db.Coverages
            .Where(c => coverageIds.Contains(c.Id)).ToDictionaryAsync(c => c.Id, op.CancellationToken);
        var authorizationIds = ready.Where(c => c.AuthorizationId is not null).Select(c => c.AuthorizationId!.Value).Distinct().ToList();
        var authorizations = await op.Db.Authorizations
            .Where(a => authorizationIds.Contains(a.Id)).ToDictionaryAsync(a => a.Id, op.CancellationToken);
        return
        [
            .. ready.GroupBy(c => (c.EpisodeId, c.CoverageId, c.AuthorizationId))
                .OrderBy(group => group.Key.EpisodeId)
                .SelectMany(group => group.OrderBy(c => c.On).ThenBy(c => c.Id).Chunk(ClaimDraft.MaximumLines).Select(lines =>
                    new ClaimDraft(
                        lines,
                        payer,
                        coverages[group.Key.CoverageId!.Value],
                        group.Key.AuthorizationId is { } id ? authorizations[id] : null,
                        contracts))),
        ];
    }

    private async Task<(Guid? FileId, List<Claim> Claims)> WriteFileAsync(
        Operation<BillingDbContext> op, Payer payer, Guid siteId, List<ClaimDraft> drafts, ClaimFacts facts, List<Charge> held)
    {
        var db = op.Db;
        var numbers = await ClaimNumberRows.LockAsync(db, op.CancellationToken);
        var fileId = db.NewId();
        var written = new List<(Claim Claim, InstitutionalClaim X12)>();
        foreach (var draft in drafts)
        {
            var rule = packs.For(facts.State, payer.PayerCode, draft.To)!.Rules.Claim;
            if (files.Problem(draft.ToX12("DRAFT", facts, rule), payer, op.Now) is { } problem)
            {
                foreach (var charge in draft.Charges)
                {
                    charge.HoldForClaim([Hold.ClaimInvalid(problem)]);
                }

                held.AddRange(draft.Charges);
                continue;
            }

            var number = numbers.NextClaim();
            var claim = new Claim
            {
                Id = db.NewId(),
                NetworkId = db.NetworkId,
                Number = number,
                PayerId = payer.Id,
                SiteId = siteId,
                EpisodeId = draft.Charges[0].EpisodeId,
                PersonId = draft.Charges[0].PersonId,
                From = draft.From,
                To = draft.To,
                Charged = draft.Total,
                WrittenAt = op.Now,
            };
            claim.GoOutIn(fileId);
            written.Add((claim, draft.ToX12(number, facts, rule)));
            for (var i = 0; i < draft.Charges.Count; i++)
            {
                draft.Charges[i].GoOut(claim.Id, ClaimDraft.LineControlNumber(number, i + 1));
            }
        }

        if (written.Count == 0)
        {
            return (null, []);
        }

        db.ClaimFiles.Add(files.Write(db, fileId, siteId, payer, numbers.NextControl(), [.. written.Select(w => w.X12)]));
        foreach (var (claim, _) in written)
        {
            db.Claims.Add(claim);
            new Posting(payer.Id, facts.Today(op.Now), claim.Id, RemittanceId: null)
                .Add(Account.Receivable, Account.Revenue, claim.Charged, $"Claim {claim.Number} charged")
                .WriteTo(db);
            db.Publish(new ClaimWritten(claim.Id, claim.EpisodeId, claim.SiteId, claim.PayerId, claim.Charged.Cents), claim.Id);
            op.Audit("claim.write", "claim", claim.Id, claim.PersonId, "PAYMENT");
        }

        return (fileId, [.. written.Select(w => w.Claim)]);
    }
}
