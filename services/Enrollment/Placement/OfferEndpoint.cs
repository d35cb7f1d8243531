using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.RulePacks;
using Platform.Enrollment.Waitlist;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Enrollment.Placement;

/// <summary>Offers after they were made: read, accepted, declined.</summary>
internal sealed class OfferEndpoint(
    Operations<EnrollmentDbContext> operations, CapacityLedger ledger, WaitlistReturns returns, EnrollmentRules rules)
    : V1.OfferService.OfferServiceBase
{
    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.GetOfferResponse> GetOffer(V1.GetOfferRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.OfferId, "offer_id");
        validation.ThrowIfInvalid();
        return operations.AuditedReadAsync(context, async op =>
        {
            var offer = await op.Db.Offers.SingleOrDefaultAsync(o => o.Id == id, op.CancellationToken)
                ?? throw DomainError.NotFound("offer").ToException();
            op.Caller.RequireSite(offer.SiteId, "offer");
            op.Audit("offer.read", "offer", id, offer.PersonId);
            return new V1.GetOfferResponse { Offer = offer.ToMessage() };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.ListOffersResponse> ListOffers(V1.ListOffersRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var siteId = validation.Id(request.SiteId, "site_id");
        validation.Require(Enum.IsDefined(request.Status), "status", "is not a known value");
        validation.ThrowIfInvalid();
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var after = PageToken.Decode<OfferKey>(request.Page?.Token ?? string.Empty);
        return operations.AuditedReadAsync(context, async op =>
        {
            op.Caller.RequireSite(siteId, "site");
            if (!await op.Db.Sites.AnyAsync(s => s.Id == siteId, op.CancellationToken))
            {
                throw DomainError.NotFound("site").ToException();
            }

            var offers = op.Db.Offers.AsNoTracking().Where(o => o.SiteId == siteId);
            if (request.Status != V1.OfferStatus.Unspecified)
            {
                var status = (OfferStatus)request.Status;
                offers = offers.Where(o => o.Status == status);
            }

            if (after is not null)
            {
                offers = offers.Where(o => o.Id.CompareTo(after.Id) < 0);
            }

            // Their ids sort by time.
            var page = await offers.OrderByDescending(o => o.Id).Take(size + 1).ToListAsync(op.CancellationToken);
            foreach (var person in page.Take(size).Select(o => o.PersonId).Distinct())
            {
                op.Audit("offer.list", "person", person, person);
            }

            return new V1.ListOffersResponse
            {
                Offers = { page.Take(size).Select(offer => offer.ToMessage()) },
                NextPageToken = page.Count > size ? PageToken.Encode(new OfferKey(page[size - 1].Id)) : string.Empty,
            };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.AcceptOfferResponse> AcceptOffer(V1.AcceptOfferRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.OfferId, "offer_id");
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var offer = await LockedAsync(op, id);
            var hold = offer.AcceptedAt is null ? await HoldAsync(op, offer) : TimeSpan.Zero;
            offer.Agree(op.Db.Clock, hold);
            op.Audit("offer.accept", "offer", id, offer.PersonId);
            return new V1.AcceptOfferResponse { Offer = offer.ToMessage() };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.DeclineOfferResponse> DeclineOffer(V1.DeclineOfferRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.OfferId, "offer_id");
        var reason = validation.Narrative(request.Reason, "reason", 1000);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var offer = await LockedAsync(op, id);
            if (offer.Decline(op.Db.Clock, reason))
            {
                await returns.ReturnAsync(op.Db, offer, op.Caller.Subject, reason, op.CancellationToken);
                await ledger.ReleaseAsync(op.Db, offer.SiteId, offer.ProgramId, places: 1, op.CancellationToken);
            }

            op.Audit("offer.decline", "offer", id, offer.PersonId);
            return new V1.DeclineOfferResponse { Offer = offer.ToMessage() };
        });
    }

    /// <summary>The offer, locked after its referral, as everyone does who changes either.</summary>
    /// <exception cref="DomainException">NOT_FOUND.</exception>
    internal static async Task<Offer> LockedAsync(Operation<EnrollmentDbContext> op, Guid id)
    {
        var facts = await op.Db.Offers
            .Where(o => o.Id == id)
            .Select(o => new { o.ReferralId, o.SiteId })
            .SingleOrDefaultAsync(op.CancellationToken) ?? throw DomainError.NotFound("offer").ToException();
        op.Caller.RequireSite(facts.SiteId, "offer");
        _ = await op.Db.LockedAsync<Referral>(facts.ReferralId, op.CancellationToken);
        return (await op.Db.LockedAsync<Offer>(id, op.CancellationToken))!;
    }

    private async Task<TimeSpan> HoldAsync(Operation<EnrollmentDbContext> op, Offer offer)
    {
        var program = (await op.Db.FindProfileAsync(offer.ProgramId, op.CancellationToken))!;
        var about = new DecisionAbout(offer.Id, program.SiteId, program.ProgramId, program.Scope, program.DayAt(op.Now), offer.PersonId);
        var set = await rules.ForAsync(op.Db, op.CancellationToken);
        return TimeSpan.FromMinutes(op.Db.Decide(OfferHold.Instance, set, about, new HoldFacts(Accepted: true)).Outcome.Minutes);
    }

    /// <summary>Sort key of a list.</summary>
    private sealed record OfferKey(Guid Id);
}
