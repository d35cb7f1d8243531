using Grpc.Core;
using Platform.Shared.Errors;
using Platform.Shared.Security;

namespace Platform.Enrollment.Placement;

/// <content>Finds places and tells how many are open.</content>
internal sealed partial class PlacementEndpoint
{
    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override async Task<V1.SearchPlacesResponse> SearchPlaces(V1.SearchPlacesRequest request, ServerCallContext context)
    {
        var caller = context.GetCaller();
        var (criteria, origin) = PlaceRequests.Parse(request, caller);
        var places = await search.FindAsync(caller.NetworkId, criteria, context.CancellationToken);
        return places.ToMessage(criteria, origin);
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
