using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Plans;
using Platform.Enrollment.Regions;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Enrollment.Sites;

/// <content>Opens sites and changes them.</content>
internal sealed partial class SiteEndpoint
{
    private static readonly SiteDetails Nothing = new(
        string.Empty, default, string.Empty, string.Empty, string.Empty, string.Empty, default, string.Empty);

    /// <inheritdoc/>
    [Allow(CallerRole.Operator)]
    public override Task<V1.CreateSiteResponse> CreateSite(V1.CreateSiteRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var form = SiteForm.ForNew(request.Details, validation);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            op.Caller.RequireNetwork();
            var details = form.Apply(Nothing);
            await RequireRegionAsync(op, form.RegionId);

            // As an import does: two sites of one network are not opened at once, so that neither is opened twice.
            await op.Db.EnterNetworkAsync(op.CancellationToken);
            await op.Db.LockedAsync<Network>(op.Db.NetworkId, op.CancellationToken);
            var site = new Site { Id = op.Db.NewId(), NetworkId = op.Db.NetworkId };
            site.Describe(details);
            var alike = await op.Db.Sites.Where(s => s.NaturalKey == site.NaturalKey).ToListAsync(op.CancellationToken);
            if (alike.Exists(other => other.ExternalId is null || site.ExternalId is null))
            {
                throw SiteErrors.Exists.ToException();
            }

            op.Db.Sites.Add(site);
            op.Audit("site.create", "site", site.Id);
            return new V1.CreateSiteResponse { Site = site.ToMessage([]) };
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
        var mask = request.UpdateMask?.Paths ?? [];
        validation.Require(
            mask.Count + request.Npi.Length + request.TaxId.Length + request.Taxonomy.Length > 0,
            "update_mask", "or npi, tax_id or taxonomy is required");
        var form = SiteForm.ForChange(request.Details, mask, validation);
        validation.Require(
            context.GetCaller().Role == CallerRole.Operator || !(mask.Contains("region_id") || mask.Contains("external_id")),
            "update_mask", "names region_id or external_id, which operators change");
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var site = await LockedSiteAsync(op, id, request.Etag);
            await RequireRegionAsync(op, form.RegionId);
            var before = site.Details;
            var details = mask.Count > 0 ? form.Apply(before) : before;
            site.Describe(details with
            {
                Npi = request.Npi.Length > 0 ? request.Npi : details.Npi,
                TaxId = request.TaxId.Length > 0 ? request.TaxId : details.TaxId,
                Taxonomy = request.Taxonomy.Length > 0 ? request.Taxonomy : details.Taxonomy,
            });
            if ((site.State, site.TimeZone) != (before.State, before.TimeZone))
            {
                await op.Db.GoThroughPlansAgainAsync(op.CancellationToken);
            }

            if (site.TimeZone != before.TimeZone)
            {
                // Its days begin at other moments.
                await KeepTimesAsync(op, id);
            }

            if (!site.Details.SuitsAs(before))
            {
                var programs = await op.Db.Programs.Where(p => p.SiteId == id).Select(p => p.Id).ToListAsync(op.CancellationToken);
                await ledger.AskAgainAsync(op.Db, programs, op.CancellationToken);
            }

            op.Audit("site.update", "site", id);
            return new V1.UpdateSiteResponse { Site = await ChangedAsync(op, site) };
        });
    }

    /// <summary>Locks a site that the caller sees and whose etag was read.</summary>
    private static async Task<Site> LockedSiteAsync(Operation<EnrollmentDbContext> op, Guid id, string etag)
    {
        op.Caller.RequireSite(id, "site");
        var site = await op.Db.LockedAsync<Site>(id, op.CancellationToken) ?? throw DomainError.NotFound("site").ToException();
        Etag.Require(etag, site.Version);
        return site;
    }

    private static async Task RequireRegionAsync(Operation<EnrollmentDbContext> op, Guid? id)
    {
        if (id is null)
        {
            return;
        }

        await op.Db.KeepRegionAsync(id.Value, op.CancellationToken);
        if (!await op.Db.Regions.AnyAsync(r => r.Id == id, op.CancellationToken))
        {
            throw DomainError.NotFound("region").ToException();
        }
    }

    /// <summary>In the order of their ids, as everyone does who changes several programs.</summary>
    private async Task KeepTimesAsync(Operation<EnrollmentDbContext> op, Guid siteId)
    {
        var programs = op.Db.Programs.Where(p => p.SiteId == siteId).OrderBy(p => p.Id).Select(p => p.Id);
        foreach (var program in await programs.ToListAsync(op.CancellationToken))
        {
            await ledger.KeepTimesAsync(op.Db, program, op.CancellationToken);
        }
    }

    /// <summary>The site as it is now, which the cache learns too.</summary>
    private async Task<V1.Site> ChangedAsync(Operation<EnrollmentDbContext> op, Site site)
    {
        var network = op.Db.NetworkId;
        op.Db.AfterCommit(_ => mirror.SitesChangedAsync(network, [site.Id]));
        await op.Db.SaveChangesAsync(op.CancellationToken);
        return (await MessagesAsync(op, [site]))[0];
    }
}
