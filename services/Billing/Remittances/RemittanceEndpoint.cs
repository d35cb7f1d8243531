using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Billing.Payers;
using Platform.Billing.V1;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;
using Platform.Shared.Time;

namespace Platform.Billing.Remittances;

/// <summary>Remittances, each of which is for any of the network's sites. A payer posts and sees its own.</summary>
internal sealed class RemittanceEndpoint(Operations<BillingDbContext> operations) : RemittanceService.RemittanceServiceBase
{
    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.Payer)]
    public override async Task<PostRemittanceResponse> PostRemittance(
        IAsyncStreamReader<PostRemittanceRequest> requestStream, ServerCallContext context)
    {
        context.GetCaller().RequireNetworkOrPayer();
        var (header, file) = await RemittanceUpload.ReceiveAsync(requestStream, context.CancellationToken);
        var standsFor = new PostRemittanceRequest { Chunk = UnsafeByteOperations.UnsafeWrap(file.Sha256) };
        return await operations.CommandAsync(context, header.RequestId, standsFor, async op =>
        {
            var posted = await RemittancePosting.PostAsync(op, file);
            return new PostRemittanceResponse
            {
                Remittances = { await ToMessagesAsync(op, posted.Remittances) },
                Duplicate = posted.Duplicate,
            };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.Payer)]
    public override Task<GetRemittanceResponse> GetRemittance(GetRemittanceRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.RemittanceId, "remittance_id");
        validation.ThrowIfInvalid();
        return operations.ReadAsync(context, async op =>
        {
            op.Caller.RequireNetworkOrPayer();
            var remittance = await op.Db.Remittances.SingleOrDefaultAsync(r => r.Id == id, op.CancellationToken);
            if (remittance is null || !op.Caller.SeesPayer(remittance.PayerId))
            {
                throw DomainError.NotFound("remittance").ToException();
            }

            return new GetRemittanceResponse { Remittance = (await ToMessagesAsync(op, [remittance]))[0] };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.Payer)]
    public override Task<ListRemittancesResponse> ListRemittances(ListRemittancesRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var payerId = validation.OptionalId(request.PayerId, "payer_id");
        validation.ThrowIfInvalid();
        return operations.ReadAsync(context, async op =>
        {
            op.Caller.RequireNetworkOrPayer();
            var size = PageToken.Size(request.Page?.Size ?? 0);
            var rows = op.Db.Remittances.Where(r =>
                (payerId == null || r.PayerId == payerId) && (op.Caller.PayerId == null || r.PayerId == op.Caller.PayerId));
            if (PageToken.Decode<RemittanceKey>(request.Page?.Token ?? string.Empty) is { } before)
            {
                rows = rows.Where(r => r.Id < before.Id);
            }

            // Ids are UUIDv7: they sort by time.
            var page = await rows.OrderByDescending(r => r.Id).Take(size + 1).ToListAsync(op.CancellationToken);
            var response = new ListRemittancesResponse { Remittances = { await ToMessagesAsync(op, [.. page.Take(size)]) } };
            if (page.Count > size)
            {
                response.NextPageToken = PageToken.Encode(new RemittanceKey(page[size - 1].Id));
            }

            return response;
        });
    }

    private static async Task<List<V1.Remittance>> ToMessagesAsync(
        Operation<BillingDbContext> op, IReadOnlyList<Remittance> remittances)
    {
        var ids = remittances.Select(r => r.Id).ToList();
        var unmatched = (await op.Db.RemittedClaims
            .Where(c => ids.Contains(c.RemittanceId) && c.ClaimId == null)
            .OrderBy(c => c.Position)
            .Select(c => new { c.RemittanceId, c.ClaimNumber })
            .ToListAsync(op.CancellationToken)).ToLookup(c => c.RemittanceId, c => c.ClaimNumber);
        return
        [
            .. remittances.Select(r => new V1.Remittance
            {
                Id = r.Id.ToString(),
                PayerId = r.PayerId.ToString(),
                TraceNumber = r.TraceNumber,
                PaidCents = r.Paid.Cents,
                PaidOn = r.PaidOn.ToIso(),
                Claims = r.Claims,
                Matched = r.Matched,
                Unmatched = { unmatched[r.Id] },
                PostedAt = r.PostedAt.ToTimestamp(),
            }),
        ];
    }

    private sealed record RemittanceKey(Guid Id);
}
