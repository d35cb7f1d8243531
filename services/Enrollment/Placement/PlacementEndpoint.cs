using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Referrals;
using Platform.Shared.Errors;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Enrollment.Placement;

/// <summary>Finds places, holds one with an offer, and lets it go.</summary>
internal sealed partial class PlacementEndpoint(
    Operations<EnrollmentDbContext> operations, PlaceSearch search, CapacityLookup capacity, CapacityLedger ledger, OfferLapse lapse)
    : V1.PlacementService.PlacementServiceBase
{
    private const int DefaultMinutes = 2 * 24 * 60;
    private const int MostMinutes = 14 * 24 * 60;

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.OfferPlaceResponse> OfferPlace(V1.OfferPlaceRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var referralId = validation.Id(request.ReferralId, "referral_id");
        var programId = validation.Id(request.ProgramId, "program_id");
        var minutes = validation.Number(request.Minutes, "minutes", 0, MostMinutes);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            // Everyone locks in this order: person, referral, offer, places.
            var (db, cancellationToken) = (op.Db, op.CancellationToken);
            var referral = await db.LockedAsync<Referral>(referralId, cancellationToken)
                ?? throw DomainError.NotFound("referral").ToException();
            await op.RequirePersonAsync(referral.PersonId, "referral");
            var program = await db.Programs.SingleOrDefaultAsync(p => p.Id == programId, cancellationToken)
                ?? throw DomainError.NotFound("program").ToException();
            op.Caller.RequireSite(program.SiteId, "program");
            referral.RequireEligible();
            var clock = await db.ClockAsync(cancellationToken);
            await RequireNoneHeldAsync(db, referralId, clock, cancellationToken);
            if (!await ledger.TryHoldAsync(db, program, cancellationToken)
                && (await lapse.LapseAsync(db, programId, cancellationToken) == 0
                    || !await ledger.TryHoldAsync(db, program, cancellationToken)))
            {
                throw (await CapacityLedger.RefusalAsync(db, programId, cancellationToken)).ToException();
            }

            var offer = new Offer
            {
                Id = db.NewId(),
                NetworkId = db.NetworkId,
                ReferralId = referralId,
                PersonId = referral.PersonId,
                SiteId = program.SiteId,
                ProgramId = programId,
                ExpiresAt = clock.AddMinutes(minutes == 0 ? DefaultMinutes : minutes),
            };
            db.Offers.Add(offer);
            op.Audit("offer.make", "offer", offer.Id, offer.PersonId);
            return new V1.OfferPlaceResponse { Offer = Message(offer) };
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
            var offer = await op.Db.LockedAsync<Offer>(id, op.CancellationToken) ?? throw DomainError.NotFound("offer").ToException();
            op.Caller.RequireSite(offer.SiteId, "offer");
            if (offer.Release(await op.Db.ClockAsync(op.CancellationToken)))
            {
                await ledger.ReleaseAsync(op.Db, offer.SiteId, offer.ProgramId, places: 1, op.CancellationToken);
            }

            op.Audit("offer.release", "offer", id, offer.PersonId);
            return new V1.ReleaseOfferResponse { Offer = Message(offer) };
        });
    }

    /// <summary>Refuses a second place for a referral; one whose time ran out goes back first, whoever is sweeping.</summary>
    private async Task RequireNoneHeldAsync(
        EnrollmentDbContext db, Guid referralId, DateTimeOffset clock, CancellationToken cancellationToken)
    {
        var heldId = await db.Offers
            .Where(o => o.ReferralId == referralId && o.Status == OfferStatus.Held)
            .Select(o => (Guid?)o.Id)
            .SingleOrDefaultAsync(cancellationToken);
        if (heldId is null || await db.LockedAsync<Offer>(heldId.Value, cancellationToken) is not { Status: OfferStatus.Held } held)
        {
            return;
        }

        if (held.HoldsAt(clock))
        {
            throw OfferErrors.Open.ToException();
        }

        await lapse.EndAsync(db, [held], cancellationToken);
    }

    private static V1.Offer Message(Offer offer) => new()
    {
        Id = offer.Id.ToString(),
        ReferralId = offer.ReferralId.ToString(),
        SiteId = offer.SiteId.ToString(),
        ProgramId = offer.ProgramId.ToString(),
        Status = (V1.OfferStatus)offer.Status,
        ExpiresAt = offer.ExpiresAt.ToTimestamp(),
    };
}
