using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Sites.Import;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Enrollment.Sites;

/// <summary>Sites and their programs: imported, read, changed.</summary>
internal sealed class SiteEndpoint(
    Operations<EnrollmentDbContext> operations, FacilityImport import, CapacityLedger ledger, CapacityMirror mirror)
    : V1.SiteService.SiteServiceBase
{
    /// <summary>The site has a program of that name.</summary>
    internal static readonly DomainError ProgramExists = DomainError.Exists("PROGRAM_EXISTS", "The site has a program of that name.");

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

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<V1.UpdateSiteResponse> UpdateSite(V1.UpdateSiteRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.SiteId, "site_id");
        validation.Require(request.Npi.Length == 0 || Npi.IsValid(request.Npi), "npi", SiteIdentifiers.NpiExpected);
        validation.Require(
            request.TaxId.Length == 0 || SiteIdentifiers.IsTaxId(request.TaxId), "tax_id", SiteIdentifiers.TaxIdExpected);
        validation.Require(
            request.Taxonomy.Length == 0 || SiteIdentifiers.IsTaxonomy(request.Taxonomy), "taxonomy", SiteIdentifiers.TaxonomyExpected);
        validation.Require(
            request.Npi.Length + request.TaxId.Length + request.Taxonomy.Length > 0, "npi", "or tax_id or taxonomy is required");
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            op.Caller.RequireSite(id, "site");
            var site = await op.Db.LockedAsync<Site>(id, op.CancellationToken) ?? throw DomainError.NotFound("site").ToException();
            Etag.Require(request.Etag, site.Version);
            site.Identify(Given(request.Npi), Given(request.TaxId), Given(request.Taxonomy));
            return new V1.UpdateSiteResponse { Site = (await MessagesAsync(op, [site]))[0] };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<V1.CreateProgramResponse> CreateProgram(V1.CreateProgramRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var siteId = validation.Id(request.SiteId, "site_id");
        var name = validation.Text(request.Name, "name");
        var track = (Track)validation.Choice(request.Track, "track");
        var ageGroup = (AgeGroup)validation.Choice(request.AgeGroup, "age_group");
        var licensed = validation.Number(request.Licensed, "licensed", 0, CareProgram.MostPlaces);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            op.Caller.RequireSite(siteId, "site");
            var site = await op.Db.LockedAsync<Site>(siteId, op.CancellationToken) ?? throw DomainError.NotFound("site").ToException();
            if (await op.Db.Programs.AnyAsync(p => p.SiteId == siteId && p.Name == name, op.CancellationToken))
            {
                throw ProgramExists.ToException();
            }

            var program = new CareProgram
            {
                Id = op.Db.NewId(),
                NetworkId = op.Db.NetworkId,
                SiteId = siteId,
                Track = track,
                AgeGroup = ageGroup,
            };
            program.Describe(program.Details with { Name = name });
            op.Db.Programs.Add(program);
            var counts = CapacityLedger.Open(op.Db, site, program, licensed);
            var network = op.Db.NetworkId;
            op.Db.AfterCommit(_ => mirror.SitesChangedAsync(network, [siteId]));
            return new V1.CreateProgramResponse { Program = program.ToMessage(counts) };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<V1.SetLicensedCapacityResponse> SetLicensedCapacity(
        V1.SetLicensedCapacityRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.ProgramId, "program_id");
        var licensed = validation.Number(request.Licensed, "licensed", 0, CareProgram.MostPlaces);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var program = await op.Db.Programs.SingleOrDefaultAsync(p => p.Id == id, op.CancellationToken)
                ?? throw DomainError.NotFound("program").ToException();
            op.Caller.RequireSite(program.SiteId, "program");
            await ledger.LicenseAsync(op.Db, program.SiteId, id, licensed, op.CancellationToken);
            var capacity = await op.Db.Capacities.SingleAsync(c => c.ProgramId == id, op.CancellationToken);
            return new V1.SetLicensedCapacityResponse { Program = program.ToMessage(capacity.Counts) };
        });
    }

    private static string? Given(string text) => text.Length == 0 ? null : text;

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
