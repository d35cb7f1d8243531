using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.Sites;
using Platform.Shared.Errors;
using Platform.Shared.Persistence;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Enrollment.Placement;

/// <summary>Finds places, holds one with an offer, and lets it go.</summary>
internal sealed class PlacementEndpoint(
    Operations<EnrollmentDbContext> operations, Database<EnrollmentDbContext> database, PlaceSearch search, ICapacityCache cache,
    CapacityMirror mirror, CapacityLedger ledger, OfferLapse lapse)
    : V1.PlacementService.PlacementServiceBase
{
    private const int DefaultMinutes = 2 * 24 * 60;
    private const int MostMinutes = 14 * 24 * 60;
    private const double DefaultMiles = 50;
    private const double MostMiles = 500;
    private const int DefaultLimit = 10;
    private const int MostPlaces = 100;

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override async Task<V1.SearchPlacesResponse> SearchPlaces(V1.SearchPlacesRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        validation.Require(request.Latitude is >= -85 and <= 85, "latitude", "must be degrees from -85 to 85");
        validation.Require(request.Longitude is >= -180 and <= 180, "longitude", "must be degrees from -180 to 180");
        validation.Require(request.RadiusMiles is >= 0 and <= MostMiles, "radius_miles", $"must be from 0 to {MostMiles}");
        validation.Number(request.Limit, "limit", 0, MostPlaces);
        validation.Require(System.Enum.IsDefined(request.Track), "track", "is not a known value");
        validation.Require(System.Enum.IsDefined(request.AgeGroup), "age_group", "is not a known value");
        validation.ThrowIfInvalid();
        var caller = context.GetCaller();
        var criteria = new PlaceCriteria(
            new GeoPoint(request.Latitude, request.Longitude),
            request.RadiusMiles == 0 ? DefaultMiles : request.RadiusMiles,
            request.Track == V1.Track.Unspecified ? null : (Track)request.Track,
            request.AgeGroup == V1.AgeGroup.Unspecified ? null : (AgeGroup)request.AgeGroup,
            request.Limit == 0 ? DefaultLimit : request.Limit,
            caller.Sites);
        var places = await search.FindAsync(caller.NetworkId, criteria, context.CancellationToken);
        return new V1.SearchPlacesResponse
        {
            Places =
            {
                places.Select(place => new V1.Place
                {
                    SiteId = place.Site.Id.ToString(),
                    SiteName = place.Site.Name,
                    ProgramId = place.Program.Id.ToString(),
                    ProgramName = place.Program.Name,
                    Miles = place.Miles,
                    Open = place.Program.Counts.Open,
                }),
            },
        };
    }

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
                throw CapacityLedger.Full.ToException();
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

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician, CallerRole.Service)]
    public override async Task<V1.GetCapacityResponse> GetCapacity(V1.GetCapacityRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.ProgramId, "program_id");
        validation.ThrowIfInvalid();
        var caller = context.GetCaller();
        var siteId = await cache.SiteOfProgramAsync(caller.NetworkId, id)
            ?? await database.ReadAsync(
                caller.NetworkId,
                (db, ct) => db.Programs.Where(p => p.Id == id).Select(p => (Guid?)p.SiteId).SingleOrDefaultAsync(ct),
                context.CancellationToken)
            ?? throw DomainError.NotFound("program").ToException();
        caller.RequireSite(siteId, "program");
        var known = (await cache.SitesAsync(caller.NetworkId, [siteId])).GetValueOrDefault(siteId)?.Programs.FirstOrDefault(p => p.Id == id)
            ?? (await mirror.RefillAsync(caller.NetworkId, [siteId], context.CancellationToken)).SelectMany(s => s.Programs).First(p => p.Id == id);
        return new V1.GetCapacityResponse
        {
            Licensed = known.Counts.Licensed,
            Occupied = known.Counts.Occupied,
            Held = known.Counts.Held,
            Version = known.Counts.Version,
        };
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
