using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Billing.Charges;
using Platform.Billing.V1;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Billing.Payers;

/// <summary>Payers and contracts of a network. A payer sees itself and its own contracts.</summary>
internal sealed class PayerEndpoint(Operations<BillingDbContext> operations, PricingSignal signal) : PayerService.PayerServiceBase
{
    /// <summary>The code of a payer was registered before.</summary>
    public static readonly DomainError PayerCodeTaken = DomainError.Exists(
        "PAYER_CODE_TAKEN", "A payer with this payer_code is registered in the network.");

    /// <summary>Another contract with the payer for the code holds on some of the days.</summary>
    public static readonly DomainError ContractOverlap = DomainError.Exists(
        "CONTRACT_OVERLAP", "A contract with this payer for this code holds on some of these days.");

    /// <inheritdoc/>
    [Allow(CallerRole.Operator)]
    public override Task<CreatePayerResponse> CreatePayer(CreatePayerRequest request, ServerCallContext context) =>
        operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            op.Caller.RequireNetwork();
            var payer = PayerMessages.Parse(request.Payer, op.Db.NewId(), op.Caller.NetworkId);
            if (await op.Db.Payers.AnyAsync(p => p.PayerCode == payer.PayerCode, op.CancellationToken))
            {
                throw PayerCodeTaken.ToException();
            }

            op.Db.Payers.Add(payer);
            return new CreatePayerResponse { Payer = payer.ToMessage() };
        });

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Payer)]
    public override Task<ListPayersResponse> ListPayers(ListPayersRequest request, ServerCallContext context) =>
        operations.ReadAsync(context, async op =>
        {
            var size = PageToken.Size(request.Page?.Size ?? 0);
            var rows = op.Db.Payers.Where(p => op.Caller.PayerId == null || p.Id == op.Caller.PayerId);
            if (PageToken.Decode<PayerKey>(request.Page?.Token ?? string.Empty) is { } after)
            {
                rows = rows.Where(p => string.Compare(p.Name, after.Name) > 0 || (p.Name == after.Name && p.Id > after.Id));
            }

            var page = await rows.OrderBy(p => p.Name).ThenBy(p => p.Id).Take(size + 1).ToListAsync(op.CancellationToken);
            var response = new ListPayersResponse { Payers = { page.Take(size).Select(PayerMessages.ToMessage) } };
            if (page.Count > size)
            {
                response.NextPageToken = PageToken.Encode(new PayerKey(page[size - 1].Name, page[size - 1].Id));
            }

            return response;
        });

    /// <inheritdoc/>
    [Allow(CallerRole.Operator)]
    public override Task<CreateContractResponse> CreateContract(CreateContractRequest request, ServerCallContext context) =>
        operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            op.Caller.RequireNetwork();
            var contract = PayerMessages.Parse(request.Contract, op.Db.NewId(), op.Caller.NetworkId);
            await RequirePayerAsync(op, contract.PayerId);
            await PricingLock.TakeAsync(op.Db, op.CancellationToken);
            var others = await op.Db.Contracts
                .Where(c => c.PayerId == contract.PayerId && c.Code == contract.Code)
                .ToListAsync(op.CancellationToken);
            if (others.Exists(other => other.Period.Overlaps(contract.Period)))
            {
                throw ContractOverlap.ToException();
            }

            op.Db.Contracts.Add(contract);
            await PendingCharges.AddHeldForAsync(op.Db, contract, op.CancellationToken);
            op.Db.AfterCommit(_ => signal.SetAsync());
            return new CreateContractResponse { Contract = contract.ToMessage() };
        });

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Payer)]
    public override Task<ListContractsResponse> ListContracts(ListContractsRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var payerId = validation.Id(request.PayerId, "payer_id");
        validation.ThrowIfInvalid();
        return operations.ReadAsync(context, async op =>
        {
            await RequirePayerAsync(op, payerId);
            var size = PageToken.Size(request.Page?.Size ?? 0);
            var rows = op.Db.Contracts.Where(c => c.PayerId == payerId);
            if (PageToken.Decode<ContractKey>(request.Page?.Token ?? string.Empty) is { } after)
            {
                rows = rows.Where(c => c.EffectiveFrom > after.From || (c.EffectiveFrom == after.From && c.Id > after.Id));
            }

            var page = await rows.OrderBy(c => c.EffectiveFrom).ThenBy(c => c.Id).Take(size + 1).ToListAsync(op.CancellationToken);
            var response = new ListContractsResponse { Contracts = { page.Take(size).Select(PayerMessages.ToMessage) } };
            if (page.Count > size)
            {
                response.NextPageToken = PageToken.Encode(new ContractKey(page[size - 1].EffectiveFrom, page[size - 1].Id));
            }

            return response;
        });
    }

    private static async Task RequirePayerAsync(Operation<BillingDbContext> op, Guid payerId)
    {
        if (op.Caller.SeesPayer(payerId) && await op.Db.Payers.AnyAsync(p => p.Id == payerId, op.CancellationToken))
        {
            return;
        }

        throw DomainError.NotFound("payer").ToException();
    }

    private sealed record PayerKey(string Name, Guid Id);

    private sealed record ContractKey(DateOnly From, Guid Id);
}
