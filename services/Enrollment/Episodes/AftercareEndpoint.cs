using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Sites;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;
using Platform.Shared.Time;

namespace Platform.Enrollment.Episodes;

/// <summary>Aftercare plans and the follow-up contacts after a discharge.</summary>
internal sealed class AftercareEndpoint(Operations<EnrollmentDbContext> operations) : V1.AftercareService.AftercareServiceBase
{
    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.GetAftercareResponse> GetAftercare(V1.GetAftercareRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.EpisodeId, "episode_id");
        validation.ThrowIfInvalid();
        return operations.AuditedReadAsync(context, async op =>
        {
            var episode = await op.EpisodeToReadAsync(id);
            var aftercare = await op.Db.Aftercare.AsNoTracking().SingleOrDefaultAsync(a => a.EpisodeId == id, op.CancellationToken);
            var followUps = await op.Db.FollowUps.AsNoTracking()
                .Where(f => f.EpisodeId == id).OrderBy(f => f.Days).ToListAsync(op.CancellationToken);
            op.Audit("aftercare.read", "episode", id, episode.PersonId);
            return new V1.GetAftercareResponse
            {
                Plan = episode.AftercarePlan,
                Items = (aftercare?.Items ?? AftercareItems.None).ToMessage(),
                FollowUps = { followUps.Select(followUp => Message(followUp, episode.PersonId)) },
            };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.RecordFollowUpResponse> RecordFollowUp(V1.RecordFollowUpRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.EpisodeId, "episode_id");
        var days = validation.Number(request.Days, "days", 1, 3660);
        var on = validation.Day(request.On, "on");
        var result = (FollowUpResult)validation.Choice(request.Result, "result");
        validation.Require(Enum.IsDefined(request.Note), "note", "is not a known value");
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var episode = await op.Db.LockedAsync<Episode>(id, op.CancellationToken) ?? throw DomainError.NotFound("follow-up").ToException();
            op.Caller.RequireSite(episode.SiteId, "follow-up");
            var followUp = await op.Db.FollowUps.SingleOrDefaultAsync(f => f.EpisodeId == id && f.Days == days, op.CancellationToken)
                ?? throw DomainError.NotFound("follow-up").ToException();
            var today = await op.Db.TodayAsync(episode.SiteId, op.CancellationToken);
            validation.Require(on <= today, "on", $"must not be after today at the site, {today:yyyy-MM-dd}");
            validation.Require(episode.DischargedOn is not { } end || on >= end, "on", "must not be before the discharge");
            validation.ThrowIfInvalid();
            followUp.Attempt(
                on, result, request.Note == V1.FollowUpNote.Unspecified ? null : (FollowUpNote)request.Note, op.Caller.Subject);
            op.Audit("aftercare.record-follow-up", "episode", id, episode.PersonId);
            return new V1.RecordFollowUpResponse { FollowUp = Message(followUp, episode.PersonId) };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.ListFollowUpsDueResponse> ListFollowUpsDue(V1.ListFollowUpsDueRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var siteId = validation.Id(request.SiteId, "site_id");
        var until = validation.OptionalDay(request.Until, "until");
        validation.ThrowIfInvalid();
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var after = PageToken.Decode<FollowUpKey>(request.Page?.Token ?? string.Empty);
        return operations.AuditedReadAsync(context, async op =>
        {
            op.Caller.RequireSite(siteId, "site");
            if (!await op.Db.Sites.AnyAsync(s => s.Id == siteId, op.CancellationToken))
            {
                throw DomainError.NotFound("site").ToException();
            }

            var last = until ?? await op.Db.TodayAsync(siteId, op.CancellationToken);
            var due = op.Db.FollowUps.AsNoTracking()
                .Where(f => f.SiteId == siteId && f.Status == FollowUpStatus.Open && f.DueOn <= last);
            if (after is not null)
            {
                due = due.Where(f => f.DueOn > after.DueOn || (f.DueOn == after.DueOn && f.EpisodeId.CompareTo(after.EpisodeId) > 0));
            }

            // No two follow-ups of an episode are due on one day.
            var page = await due
                .OrderBy(f => f.DueOn)
                .ThenBy(f => f.EpisodeId)
                .Take(size + 1)
                .Join(op.Db.Episodes, f => f.EpisodeId, e => e.Id, (followUp, episode) => new { FollowUp = followUp, episode.PersonId })
                .OrderBy(row => row.FollowUp.DueOn)
                .ThenBy(row => row.FollowUp.EpisodeId)
                .ToListAsync(op.CancellationToken);
            foreach (var person in page.Take(size).Select(row => row.PersonId).Distinct())
            {
                op.Audit("aftercare.list-due", "person", person, person);
            }

            return new V1.ListFollowUpsDueResponse
            {
                FollowUps = { page.Take(size).Select(row => Message(row.FollowUp, row.PersonId)) },
                NextPageToken = page.Count > size
                    ? PageToken.Encode(new FollowUpKey(page[size - 1].FollowUp.DueOn, page[size - 1].FollowUp.EpisodeId))
                    : string.Empty,
            };
        });
    }

    private static V1.FollowUp Message(FollowUp followUp, Guid personId) => new()
    {
        EpisodeId = followUp.EpisodeId.ToString(),
        PersonId = personId.ToString(),
        SiteId = followUp.SiteId.ToString(),
        Days = followUp.Days,
        DueOn = followUp.DueOn.ToIso(),
        Status = (V1.FollowUpStatus)followUp.Status,
        Attempts = followUp.Attempts,
        LastAttemptOn = followUp.LastAttemptOn.ToIso(),
        Note = followUp.Note is { } note ? (V1.FollowUpNote)note : V1.FollowUpNote.Unspecified,
    };

    /// <summary>Sort key of a list.</summary>
    private sealed record FollowUpKey(DateOnly DueOn, Guid EpisodeId);
}
