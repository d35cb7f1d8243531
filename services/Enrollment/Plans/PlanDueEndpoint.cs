using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Episodes;
using Platform.Enrollment.Sites;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Enrollment.Plans;

/// <summary>What is due for an episode, at a site, in a region and in the network.</summary>
internal sealed class PlanDueEndpoint(Operations<EnrollmentDbContext> operations, PlanSchedule schedule) : V1.PlanDueService.PlanDueServiceBase
{
    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician, CallerRole.Service)]
    public override Task<V1.GetScheduleResponse> GetSchedule(V1.GetScheduleRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var episodeId = validation.Id(request.EpisodeId, "episode_id");
        validation.ThrowIfInvalid();
        return operations.AuditedReadAsync(context, async op =>
        {
            var episode = await op.EpisodeToReadAsync(episodeId);
            var plan = await op.Db.EpisodePlans.AsNoTracking().SingleOrDefaultAsync(p => p.EpisodeId == episodeId, op.CancellationToken);
            var due = await op.Db.PlanDues.AsNoTracking().Where(d => d.EpisodeId == episodeId).ToListAsync(op.CancellationToken);
            op.Audit("plan.schedule", "episode", episodeId, episode.PersonId);
            return new V1.GetScheduleResponse { Schedule = PlanMessages.Of(episodeId, plan, due, op.Now) };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.SetPayerKindsResponse> SetPayerKinds(V1.SetPayerKindsRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var episodeId = validation.Id(request.EpisodeId, "episode_id");
        for (var i = 0; i < request.PayerKinds.Count; i++)
        {
            validation.Choice(request.PayerKinds[i], $"payer_kinds[{i}]");
        }

        validation.Require(request.PayerKinds.Distinct().Count() == request.PayerKinds.Count, "payer_kinds", "has a kind twice");
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var episode = await op.OpenEpisodeAsync(episodeId);
            var plan = await op.EpisodePlanAsync(episodeId);
            Etag.Require(request.Etag, plan.Version);
            plan.PaidBy(request.PayerKinds.Select(kind => (PayerKind)kind));
            var due = await schedule.FollowSavedAsync(op.Db, episode, op.CancellationToken);
            op.Audit("episode.set_payer_kinds", "episode", episodeId, episode.PersonId);
            return new V1.SetPayerKindsResponse { Schedule = PlanMessages.Of(episodeId, plan, due, op.Now) };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.ListOverdueResponse> ListOverdue(V1.ListOverdueRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var siteId = validation.OptionalId(request.SiteId, "site_id");
        var regionId = validation.OptionalId(request.RegionId, "region_id");
        validation.Require(Enum.IsDefined(request.Kind), "kind", "is not a known value");
        var days = validation.Number(request.WithinDays, "within_days", 0, 90);
        validation.ThrowIfInvalid();
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var after = PageToken.Decode<DueKey>(request.Page?.Token ?? string.Empty);
        return operations.AuditedReadAsync(context, async op =>
        {
            var until = op.Now.AddDays(days);
            var due = op.Db.PlanDues.AsNoTracking().Where(d => d.OverdueAt <= until);
            if (siteId is { } site)
            {
                op.Caller.RequireSite(site, "site");
                due = due.Where(d => d.SiteId == site);
            }
            else if (op.Caller.Sites is { } sites)
            {
                due = due.Where(d => sites.Contains(d.SiteId));
            }

            if (regionId is { } region)
            {
                due = due.Where(d => op.Db.Sites.Any(s => s.Id == d.SiteId && s.RegionId == region));
            }

            if (request.Kind != V1.DueKind.Unspecified)
            {
                var kind = (DueKind)request.Kind;
                due = due.Where(d => d.Kind == kind);
            }

            if (after is not null)
            {
                due = due.Where(d => d.OverdueAt > after.At || (d.OverdueAt == after.At && d.Id.CompareTo(after.Id) > 0));
            }

            var page = await due
                .OrderBy(d => d.OverdueAt)
                .ThenBy(d => d.Id)
                .Take(size + 1)
                .Join(op.Db.Episodes, d => d.EpisodeId, e => e.Id, (d, e) => new { Due = d, e.PersonId })
                .OrderBy(row => row.Due.OverdueAt)
                .ThenBy(row => row.Due.Id)
                .ToListAsync(op.CancellationToken);
            foreach (var person in page.Take(size).Select(row => row.PersonId).Distinct())
            {
                op.Audit("plan.overdue", "person", person, person);
            }

            return new V1.ListOverdueResponse
            {
                Due = { page.Take(size).Select(row => PlanMessages.Of(row.Due, op.Now)) },
                NextPageToken = page.Count > size
                    ? PageToken.Encode(new DueKey(page[size - 1].Due.OverdueAt, page[size - 1].Due.Id))
                    : string.Empty,
            };
        });
    }

    /// <summary>Sort key of what is due.</summary>
    private sealed record DueKey(DateTimeOffset At, Guid Id);
}
