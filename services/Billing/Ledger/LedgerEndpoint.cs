using System.Linq.Expressions;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Billing.V1;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;
using Platform.Shared.Time;

namespace Platform.Billing.Ledger;

/// <summary>Reads the ledger.</summary>
internal sealed class LedgerEndpoint(Operations<BillingDbContext> operations) : LedgerService.LedgerServiceBase
{
    /// <inheritdoc/>
    [Allow(CallerRole.Operator)]
    public override Task<GetTrialBalanceResponse> GetTrialBalance(GetTrialBalanceRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var payerId = validation.OptionalId(request.PayerId, "payer_id");
        var claimId = validation.OptionalId(request.ClaimId, "claim_id");
        validation.ThrowIfInvalid();
        if (claimId is not { } claim)
        {
            return operations.ReadAsync(context, op =>
            {
                op.Caller.RequireNetwork();
                return BalanceAsync(op, e => payerId == null || e.PayerId == payerId);
            });
        }

        return operations.AuditedReadAsync(context, async op =>
        {
            await RequireClaimAsync(op, claim);
            return await BalanceAsync(op, e => e.ClaimId == claim && (payerId == null || e.PayerId == payerId));
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<ListEntriesResponse> ListEntries(ListEntriesRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var claimId = validation.Id(request.ClaimId, "claim_id");
        validation.ThrowIfInvalid();
        return operations.AuditedReadAsync(context, async op =>
        {
            await RequireClaimAsync(op, claimId);
            var size = PageToken.Size(request.Page?.Size ?? 0);
            var rows = op.Db.LedgerEntries.Where(e => e.ClaimId == claimId);
            if (PageToken.Decode<EntryKey>(request.Page?.Token ?? string.Empty) is { } after)
            {
                rows = rows.Where(e => e.WrittenAt > after.WrittenAt || (e.WrittenAt == after.WrittenAt && e.Id > after.Id));
            }

            var page = await rows.OrderBy(e => e.WrittenAt).ThenBy(e => e.Id).Take(size + 1).ToListAsync(op.CancellationToken);
            var response = new ListEntriesResponse { Entries = { page.Take(size).Select(ToMessage) } };
            if (page.Count > size)
            {
                response.NextPageToken = PageToken.Encode(new EntryKey(page[size - 1].WrittenAt, page[size - 1].Id));
            }

            return response;
        });
    }

    /// <summary>A claim of the caller's sites, whose money is read.</summary>
    private static async Task RequireClaimAsync(Operation<BillingDbContext> op, Guid claimId)
    {
        var claim = await op.Db.Claims.SingleOrDefaultAsync(c => c.Id == claimId, op.CancellationToken)
            ?? throw DomainError.NotFound("claim").ToException();
        op.Caller.RequireSite(claim.SiteId, "claim");
        op.Audit("ledger.read", "claim", claim.Id, claim.PersonId, "PAYMENT");
    }

    private static async Task<GetTrialBalanceResponse> BalanceAsync(
        Operation<BillingDbContext> op, Expression<Func<LedgerEntry, bool>> which)
    {
        var balances = await op.Db.LedgerEntries
            .Where(which)
            .GroupBy(e => e.Account)
            .Select(account => new { Account = account.Key, Cents = account.Sum(e => e.AmountCents) })
            .ToListAsync(op.CancellationToken);
        return new GetTrialBalanceResponse
        {
            Balances =
            {
                balances.OrderBy(b => b.Account)
                    .Select(b => new AccountBalance { Account = b.Account.Code(), BalanceCents = b.Cents }),
            },
            SumCents = balances.Sum(b => b.Cents),
        };
    }

    private static V1.LedgerEntry ToMessage(LedgerEntry entry) => new()
    {
        Id = entry.Id.ToString(),
        TransactionId = entry.TransactionId.ToString(),
        Account = entry.Account.Code(),
        AmountCents = entry.AmountCents,
        On = entry.On.ToIso(),
        Memo = entry.Memo,
    };

    private sealed record EntryKey(DateTimeOffset WrittenAt, Guid Id);
}
