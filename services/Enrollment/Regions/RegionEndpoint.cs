using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Enrollment.Regions;

/// <summary>Regions of a network.</summary>
internal sealed class RegionEndpoint(Operations<EnrollmentDbContext> operations) : V1.RegionService.RegionServiceBase
{
    private static readonly DomainError HasSites = DomainError.Precondition(
        "REGION_HAS_SITES", "Sites lie in the region. Move them to another one first.");

    private static readonly DomainError HasWaitlist = DomainError.Precondition(
        "REGION_HAS_WAITLIST", "Somebody waits for a place in the region. List its waitlist, and take them out of the line first.");

    /// <inheritdoc/>
    [Allow(CallerRole.Operator)]
    public override Task<V1.CreateRegionResponse> CreateRegion(V1.CreateRegionRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var name = validation.Text(request.Name, "name");
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            op.Caller.RequireNetwork();
            await op.Db.EnterNetworkAsync(op.CancellationToken);
            await RequireFreeAsync(op, name);
            var region = new Region { Id = op.Db.NewId(), NetworkId = op.Db.NetworkId };
            region.Rename(name);
            op.Db.Regions.Add(region);
            op.Audit("region.create", "region", region.Id);
            return new V1.CreateRegionResponse { Region = Message(region, sites: 0) };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator)]
    public override Task<V1.RenameRegionResponse> RenameRegion(V1.RenameRegionRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.RegionId, "region_id");
        var name = validation.Text(request.Name, "name");
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var region = await LockedAsync(op, id, request.Etag);
            if (region.Name != name)
            {
                await RequireFreeAsync(op, name);
            }

            region.Rename(name);
            op.Audit("region.rename", "region", id);
            return new V1.RenameRegionResponse { Region = Message(region, await op.Db.Sites.CountAsync(s => s.RegionId == id, op.CancellationToken)) };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator)]
    public override Task<V1.CloseRegionResponse> CloseRegion(V1.CloseRegionRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.RegionId, "region_id");
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var region = await LockedAsync(op, id, request.Etag);
            if (await op.Db.Sites.AnyAsync(s => s.RegionId == id, op.CancellationToken))
            {
                throw HasSites.ToException();
            }

            if (await op.Db.WaitlistWants.AnyAsync(w => w.IsOpen && w.TargetId == id, op.CancellationToken))
            {
                throw HasWaitlist.ToException();
            }

            op.Db.Regions.Remove(region);
            op.Audit("region.close", "region", id);
            return new V1.CloseRegionResponse();
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician, CallerRole.Service)]
    public override Task<V1.ListRegionsResponse> ListRegions(V1.ListRegionsRequest request, ServerCallContext context)
    {
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var after = PageToken.Decode<RegionKey>(request.Page?.Token ?? string.Empty);
        return operations.ReadAsync(context, async op =>
        {
            var sites = op.Caller.Sites is { } own ? op.Db.Sites.Where(s => own.Contains(s.Id)) : op.Db.Sites;
            IQueryable<Region> regions = op.Db.Regions;
            if (op.Caller.Sites is not null)
            {
                regions = regions.Where(r => sites.Any(s => s.RegionId == r.Id));
            }

            if (after is not null)
            {
                regions = regions.Where(r => r.Name.CompareTo(after.Name) > 0 || (r.Name == after.Name && r.Id.CompareTo(after.Id) > 0));
            }

            var page = await regions
                .OrderBy(r => r.Name)
                .ThenBy(r => r.Id)
                .Take(size + 1)
                .Select(r => new { Region = r, Sites = sites.Count(s => s.RegionId == r.Id) })
                .ToListAsync(op.CancellationToken);
            return new V1.ListRegionsResponse
            {
                Regions = { page.Take(size).Select(row => Message(row.Region, row.Sites)) },
                NextPageToken = page.Count > size
                    ? PageToken.Encode(new RegionKey(page[size - 1].Region.Name, page[size - 1].Region.Id))
                    : string.Empty,
            };
        });
    }

    private static async Task<Region> LockedAsync(Operation<EnrollmentDbContext> op, Guid id, string etag)
    {
        op.Caller.RequireNetwork();
        var region = await op.Db.LockedAsync<Region>(id, op.CancellationToken) ?? throw DomainError.NotFound("region").ToException();
        Etag.Require(etag, region.Version);
        return region;
    }

    /// <summary>Says so before the unique index does, which decides.</summary>
    private static async Task RequireFreeAsync(Operation<EnrollmentDbContext> op, string name)
    {
        if (await op.Db.Regions.AnyAsync(r => r.Name == name, op.CancellationToken))
        {
            throw Region.Exists.ToException();
        }
    }

    private static V1.Region Message(Region region, int sites) => new()
    {
        Id = region.Id.ToString(),
        Name = region.Name,
        Sites = sites,
        Etag = Etag.Of(region.Version),
    };

    /// <summary>Sort key of a list.</summary>
    private sealed record RegionKey(string Name, Guid Id);
}
