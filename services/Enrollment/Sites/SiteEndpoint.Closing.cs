using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Shared.Errors;
using Platform.Shared.Requests;
using Platform.Shared.Security;
using Platform.Shared.Time;

namespace Platform.Enrollment.Sites;

/// <content>
/// Closes sites. A closing begins on its day by taking nobody new, and is finished when the last person left: who is there is not
/// sent away by a command.
/// </content>
internal sealed partial class SiteEndpoint
{
    private const int MostRemaining = 500;

    /// <inheritdoc/>
    [Allow(CallerRole.Operator)]
    public override Task<V1.CloseSiteResponse> CloseSite(V1.CloseSiteRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.SiteId, "site_id");
        var closedOn = validation.Day(request.ClosedOn, "closed_on");
        var reason = validation.Text(request.Reason, "reason", 500);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var site = await LockedSiteAsync(op, id, request.Etag);
            SiteErrors.RequireClosable(closedOn, site.Today(op.Now));
            site.Close(closedOn, reason);
            await KeepTimesAsync(op, id);
            op.Audit("site.close", "site", id);
            return new V1.CloseSiteResponse { Site = await ChangedAsync(op, site), Closing = await ClosingAsync(op, site) };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<V1.GetSiteClosingResponse> GetSiteClosing(V1.GetSiteClosingRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.SiteId, "site_id");
        validation.ThrowIfInvalid();
        return operations.AuditedReadAsync(context, async op =>
        {
            op.Caller.RequireSite(id, "site");
            var site = await op.Db.Sites.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, op.CancellationToken)
                ?? throw DomainError.NotFound("site").ToException();
            return new V1.GetSiteClosingResponse { Closing = await ClosingAsync(op, site) };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator)]
    public override Task<V1.ReopenSiteResponse> ReopenSite(V1.ReopenSiteRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.SiteId, "site_id");
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var site = await LockedSiteAsync(op, id, request.Etag);
            if (site.ClosedOn is null)
            {
                throw SiteErrors.NotClosing.ToException();
            }

            site.Reopen();
            await KeepTimesAsync(op, id);
            op.Audit("site.reopen", "site", id);
            return new V1.ReopenSiteResponse { Site = await ChangedAsync(op, site) };
        });
    }

    private static async Task<V1.SiteClosing> ClosingAsync(Operation<EnrollmentDbContext> op, Site site)
    {
        if (site.ClosedOn is null)
        {
            throw SiteErrors.NotClosing.ToException();
        }

        var open = op.Db.Episodes.AsNoTracking().Where(e => e.SiteId == site.Id && e.DischargedOn == null);
        var count = await open.CountAsync(op.CancellationToken);
        var held = await op.Db.Capacities.Where(c => c.SiteId == site.Id).SumAsync(c => c.Held, op.CancellationToken);
        List<Guid> targets =
            [site.Id, .. await op.Db.Programs.Where(p => p.SiteId == site.Id).Select(p => p.Id).ToListAsync(op.CancellationToken)];
        var wants = op.Db.WaitlistWants.Where(w => w.IsOpen);
        var waiting = await wants
            .Where(w => targets.Contains(w.TargetId) && !wants.Any(other => other.EntryId == w.EntryId && !targets.Contains(other.TargetId)))
            .Select(w => w.EntryId)
            .Distinct()
            .CountAsync(op.CancellationToken);
        var remaining = await open
            .OrderBy(e => e.AdmittedOn)
            .ThenBy(e => e.Id)
            .Take(MostRemaining)
            .Select(e => new { e.Id, e.PersonId, e.ProgramId, e.AdmittedOn })
            .ToListAsync(op.CancellationToken);
        foreach (var person in remaining.Select(e => e.PersonId).Distinct())
        {
            op.Audit("episode.list", "person", person, person);
        }

        return new V1.SiteClosing
        {
            ClosedOn = site.ClosedOn.ToIso(),
            Reason = site.ClosingReason,
            OpenEpisodes = count,
            HeldOffers = held,
            Waiting = waiting,
            Finished = !site.TakesNewOn(site.Today(op.Now)) && count + held == 0,
            Remaining =
            {
                remaining.Select(e => new V1.RemainingEpisode
                {
                    EpisodeId = e.Id.ToString(),
                    PersonId = e.PersonId.ToString(),
                    ProgramId = e.ProgramId.ToString(),
                    AdmittedOn = e.AdmittedOn.ToIso(),
                }),
            },
        };
    }
}
