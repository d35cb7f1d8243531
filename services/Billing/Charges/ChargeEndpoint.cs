using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Billing.V1;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Billing.Charges;

/// <summary>Charges of the caller's sites.</summary>
internal sealed class ChargeEndpoint(Operations<BillingDbContext> operations, Pricing pricing, PricingSignal signal)
    : ChargeService.ChargeServiceBase
{
    private static readonly DomainError AlreadyClaimed = DomainError.Precondition(
        "CHARGE_CLAIMED", "The charge went out in a claim and is not evaluated again.");

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<GetChargeResponse> GetCharge(GetChargeRequest request, ServerCallContext context)
    {
        var id = ParseId(request.ChargeId);
        return operations.AuditedReadAsync(context, async op =>
        {
            var charge = await op.Db.Charges.SingleOrDefaultAsync(c => c.Id == id, op.CancellationToken)
                ?? throw DomainError.NotFound("charge").ToException();
            op.Caller.RequireSite(charge.SiteId, "charge");
            op.Audit("charge.read", "charge", charge.Id, charge.PersonId, "PAYMENT");
            return new GetChargeResponse { Charge = charge.ToMessage() };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<ListChargesResponse> ListCharges(ListChargesRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var siteId = validation.Id(request.SiteId, "site_id");
        var episodeId = validation.OptionalId(request.EpisodeId, "episode_id");
        validation.ThrowIfInvalid();
        return operations.AuditedReadAsync(context, async op =>
        {
            op.Caller.RequireSite(siteId, "site");
            var size = PageToken.Size(request.Page?.Size ?? 0);
            var rows = op.Db.Charges.Where(c => c.SiteId == siteId);
            if (ChargeMessages.Parse(request.Status) is { } status)
            {
                rows = rows.Where(c => c.Status == status);
            }

            if (episodeId is not null)
            {
                rows = rows.Where(c => c.EpisodeId == episodeId);
            }

            if (PageToken.Decode<ChargeKey>(request.Page?.Token ?? string.Empty) is { } after)
            {
                rows = rows.Where(c => c.On > after.On || (c.On == after.On && c.Id > after.Id));
            }

            var page = await rows.OrderBy(c => c.On).ThenBy(c => c.Id).Take(size + 1).ToListAsync(op.CancellationToken);
            var response = new ListChargesResponse { Charges = { page.Take(size).Select(ChargeMessages.ToMessage) } };
            foreach (var person in page.Take(size).Select(c => c.PersonId).Distinct())
            {
                op.Audit("charge.list", "person", person, person, "PAYMENT");
            }

            if (page.Count > size)
            {
                response.NextPageToken = PageToken.Encode(new ChargeKey(page[size - 1].On, page[size - 1].Id));
            }

            return response;
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<ReviewChargeResponse> ReviewCharge(ReviewChargeRequest request, ServerCallContext context)
    {
        var id = ParseId(request.ChargeId);
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var person = await op.Db.Charges
                .Where(c => c.Id == id).Select(c => (Guid?)c.PersonId).SingleOrDefaultAsync(op.CancellationToken)
                ?? throw DomainError.NotFound("charge").ToException();
            await PricingLock.ShareAsync(op.Db, person, op.CancellationToken);
            var charge = (await ChargeRows.LockAsync(op.Db, id, op.CancellationToken))!;
            op.Caller.RequireSite(charge.SiteId, "charge");
            if (charge.IsClaimed)
            {
                throw AlreadyClaimed.ToException();
            }

            // The site may have changed since: the worker asks for it again, whatever comes out now.
            await PendingCharges.AddAsync(op.Db, charge.Id, charge.SiteId, op.CancellationToken);
            op.Db.AfterCommit(_ => signal.SetAsync());
            await pricing.PriceAsync(op.Db, charge, op.CancellationToken);
            op.Audit("charge.review", "charge", charge.Id, charge.PersonId, "PAYMENT");
            return new ReviewChargeResponse { Charge = charge.ToMessage() };
        });
    }

    private static Guid ParseId(string chargeId)
    {
        var validation = new Validation();
        var id = validation.Id(chargeId, "charge_id");
        validation.ThrowIfInvalid();
        return id;
    }

    private sealed record ChargeKey(DateOnly On, Guid Id);
}
