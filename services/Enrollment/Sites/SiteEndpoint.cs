using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Sites.Import;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Enrollment.Sites;

/// <summary>Sites and their programs: imported, read, opened, changed, closed.</summary>
internal sealed partial class SiteEndpoint(
    Operations<EnrollmentDbContext> operations, FacilityImport import, CapacityLedger ledger, CapacityMirror mirror)
    : V1.SiteService.SiteServiceBase
{
    /// <inheritdoc/>
    [Allow(CallerRole.Operator)]
    public override Task ImportSites(
        IAsyncStreamReader<V1.ImportSitesRequest> requestStream, IServerStreamWriter<V1.ImportSitesResponse> responseStream,
        ServerCallContext context) => import.RunAsync(requestStream, responseStream, context);

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician, CallerRole.Service)]
    public override Task<V1.GetSiteResponse> GetSite(V1.GetSiteRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.SiteId, "site_id");
        validation.ThrowIfInvalid();
        return operations.ReadAsync(context, async op =>
        {
            op.Caller.RequireSite(id, "site");
            var site = await op.Db.Sites.SingleOrDefaultAsync(s => s.Id == id, op.CancellationToken)
                ?? throw DomainError.NotFound("site").ToException();
            return new V1.GetSiteResponse { Site = (await MessagesAsync(op, [site]))[0] };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician, CallerRole.Service)]
    public override Task<V1.ListSitesResponse> ListSites(V1.ListSitesRequest request, ServerCallContext context)
    {
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var after = PageToken.Decode<SiteKey>(request.Page?.Token ?? string.Empty);
        var state = request.State.Trim().ToUpperInvariant();
        if (state.Length > 0 && !UsPlaces.IsState(state))
        {
            throw DomainError.Invalid("state", "is not the two-letter code of a state or territory").ToException();
        }

        var validation = new Validation();
        var regionId = validation.OptionalId(request.RegionId, "region_id");
        validation.ThrowIfInvalid();
        return operations.ReadAsync(context, async op =>
        {
            IQueryable<Site> sites = op.Db.Sites;
            if (op.Caller.Sites is { } own)
            {
                sites = sites.Where(s => own.Contains(s.Id));
            }

            if (state.Length > 0)
            {
                sites = sites.Where(s => s.State == state);
            }

            if (regionId is not null)
            {
                sites = sites.Where(s => s.RegionId == regionId);
            }

            if (request.OpenOnly)
            {
                // The day at the sites of the network differs by hours; a site that closes today is shown until it has begun everywhere.
                var today = UsDays.Earliest(op.Now);
                sites = sites.Where(s => s.ClosedOn == null || s.ClosedOn > today);
            }

            if (request.WithPrograms)
            {
                sites = sites.Where(s => op.Db.Programs.Any(p => p.SiteId == s.Id));
            }

            if (after is not null)
            {
                sites = sites.Where(s =>
                    s.Name.CompareTo(after.Name) > 0 || (s.Name == after.Name && s.Id.CompareTo(after.Id) > 0));
            }

            var page = await sites.OrderBy(s => s.Name).ThenBy(s => s.Id).Take(size + 1).ToListAsync(op.CancellationToken);
            return new V1.ListSitesResponse
            {
                Sites = { await MessagesAsync(op, [.. page.Take(size)]) },
                NextPageToken = page.Count > size ? PageToken.Encode(new SiteKey(page[size - 1].Name, page[size - 1].Id)) : string.Empty,
            };
        });
    }

    private static async Task<IReadOnlyList<V1.Site>> MessagesAsync(Operation<EnrollmentDbContext> op, IReadOnlyList<Site> sites)
    {
        var ids = sites.Select(s => s.Id).ToList();
        var programs = (await (
            from program in op.Db.Programs
            join capacity in op.Db.Capacities on program.Id equals capacity.ProgramId
            where ids.Contains(program.SiteId)
            orderby program.Name
            select new { Program = program, Capacity = capacity }).ToListAsync(op.CancellationToken))
            .ToLookup(row => row.Program.SiteId, row => row.Program.ToMessage(row.Capacity.Counts));
        return [.. sites.Select(site => site.ToMessage(programs[site.Id]))];
    }

    /// <summary>Sort key of a list.</summary>
    private sealed record SiteKey(string Name, Guid Id);
}
