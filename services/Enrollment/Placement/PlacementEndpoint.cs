using Grpc.Core;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Waitlist;
using Platform.Shared.Errors;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Enrollment.Placement;

/// <summary>Finds places, holds one with an offer, and lets it go.</summary>
internal sealed partial class PlacementEndpoint(
    Operations<EnrollmentDbContext> operations, PlaceSearch search, CapacityLookup capacity, CapacityLedger ledger, OfferMaking offers,
    WaitlistReturns returns)
    : V1.PlacementService.PlacementServiceBase
{
    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.OfferPlaceResponse> OfferPlace(V1.OfferPlaceRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var referralId = validation.Id(request.ReferralId, "referral_id");
        var programId = validation.Id(request.ProgramId, "program_id");
        var minutes = validation.Number(request.Minutes, "minutes", 0, OfferRules.MostMinutes);
        var overrideReason = validation.OptionalNarrative(request.OverrideReason, "override_reason", 1000);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op => new V1.OfferPlaceResponse
        {
            Offer = (await offers.MakeAsync(op, new WantedOffer(referralId, programId, minutes, overrideReason))).ToMessage(),
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.ReleaseOfferResponse> ReleaseOffer(V1.ReleaseOfferRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.OfferId, "offer_id");
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var offer = await OfferEndpoint.LockedAsync(op, id);
            if (offer.Release(op.Db.Clock))
            {
                await returns.ReturnAsync(op.Db, offer, op.Caller.Subject, string.Empty, op.CancellationToken);
                await ledger.ReleaseAsync(op.Db, offer.SiteId, offer.ProgramId, places: 1, op.CancellationToken);
            }

            op.Audit("offer.release", "offer", id, offer.PersonId);
            return new V1.ReleaseOfferResponse { Offer = offer.ToMessage() };
        });
    }
}
