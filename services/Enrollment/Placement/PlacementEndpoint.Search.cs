using Grpc.Core;
using Platform.Enrollment.Sites;
using Platform.Shared.Errors;
using Platform.Shared.Security;

namespace Platform.Enrollment.Placement;

/// <content>Finds places and tells how many are open.</content>
internal sealed partial class PlacementEndpoint
{
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
            new GeoPoint(request.Latitude, request.Longitude), request.RadiusMiles == 0 ? DefaultMiles : request.RadiusMiles)
        {
            Track = request.Track == V1.Track.Unspecified ? null : (Track)request.Track,
            AgeGroup = request.AgeGroup == V1.AgeGroup.Unspecified ? null : (AgeGroup)request.AgeGroup,
            Limit = request.Limit == 0 ? DefaultLimit : request.Limit,
            Sites = caller.Sites,
        };
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
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician, CallerRole.Service)]
    public override async Task<V1.GetCapacityResponse> GetCapacity(V1.GetCapacityRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.ProgramId, "program_id");
        validation.ThrowIfInvalid();
        var caller = context.GetCaller();
        var (siteId, counts) = await capacity.FindAsync(caller.NetworkId, id, context.CancellationToken)
            ?? throw DomainError.NotFound("program").ToException();
        caller.RequireSite(siteId, "program");
        return new V1.GetCapacityResponse
        {
            Licensed = counts.Licensed,
            Occupied = counts.Occupied,
            Held = counts.Held,
            Version = counts.Version,
        };
    }
}
