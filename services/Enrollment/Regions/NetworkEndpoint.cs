using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Sites;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Enrollment.Regions;

/// <summary>The caller's network: what it is called, and how large it is.</summary>
internal sealed class NetworkEndpoint(Operations<EnrollmentDbContext> operations) : V1.NetworkService.NetworkServiceBase
{
    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician, CallerRole.Service)]
    public override Task<V1.GetNetworkResponse> GetNetwork(V1.GetNetworkRequest request, ServerCallContext context) =>
        operations.ReadAsync(context, async op =>
        {
            // A network that nothing was brought into yet has no row; it is as a new one is.
            var network = await op.Db.Networks.SingleOrDefaultAsync(op.CancellationToken) ?? new Network { NetworkId = op.Db.NetworkId };
            return new V1.GetNetworkResponse { Network = await MessageAsync(op, network) };
        });

    /// <inheritdoc/>
    [Allow(CallerRole.Operator)]
    public override Task<V1.UpdateNetworkResponse> UpdateNetwork(V1.UpdateNetworkRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var name = validation.Text(request.DisplayName, "display_name");
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            op.Caller.RequireNetwork();
            await op.Db.EnterNetworkAsync(op.CancellationToken);
            var network = (await op.Db.LockedAsync<Network>(op.Db.NetworkId, op.CancellationToken))!;
            Etag.Require(request.Etag, network.Version);
            network.Rename(name);
            op.Audit("network.update", "network", network.NetworkId);
            return new V1.UpdateNetworkResponse { Network = await MessageAsync(op, network) };
        });
    }

    /// <summary>Sites and regions are counted as far as the caller sees them.</summary>
    private static async Task<V1.Network> MessageAsync(Operation<EnrollmentDbContext> op, Network network)
    {
        var sites = op.Caller.Sites is { } own ? op.Db.Sites.Where(s => own.Contains(s.Id)) : op.Db.Sites;
        var today = UsDays.Earliest(op.Now);
        var all = await sites.CountAsync(op.CancellationToken);
        var closed = await sites.CountAsync(s => s.ClosedOn <= today, op.CancellationToken);
        var regions = op.Caller.Sites is null
            ? await op.Db.Regions.CountAsync(op.CancellationToken)
            : await sites.Where(s => s.RegionId != null).Select(s => s.RegionId).Distinct().CountAsync(op.CancellationToken);
        return new V1.Network
        {
            Id = network.NetworkId.ToString(),
            DisplayName = network.Name,
            OpenSites = all - closed,
            ClosedSites = closed,
            Regions = regions,
            Etag = Etag.Of(network.Version),
        };
    }
}
