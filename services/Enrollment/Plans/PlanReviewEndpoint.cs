using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Episodes;
using Platform.Enrollment.RulePacks;
using Platform.Enrollment.Sites;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;
using Platform.Shared.Time;

namespace Platform.Enrollment.Plans;

/// <summary>Reviews of plans, and certifications by physicians.</summary>
internal sealed class PlanReviewEndpoint(Operations<EnrollmentDbContext> operations, EnrollmentRules rules, PlanSchedule schedule)
    : V1.PlanReviewService.PlanReviewServiceBase
{
    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.RecordReviewResponse> RecordReview(V1.RecordReviewRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var episodeId = validation.Id(request.EpisodeId, "episode_id");
        var on = validation.Day(request.ReviewedOn, "reviewed_on");
        var by = validation.Text(request.ReviewedBy, "reviewed_by");
        var outcome = (ReviewOutcome)validation.Choice(request.Outcome, "outcome");
        var note = validation.OptionalNarrative(request.Note, "note", 4000);
        var goals = request.Goals
            .Select((goal, i) => new GoalReview(
                goal.Goal,
                (GoalProgress)validation.Choice(goal.Progress, $"goals[{i}].progress"),
                validation.OptionalNarrative(goal.Note, $"goals[{i}].note", 2000)))
            .ToList();
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var (db, cancellationToken) = (op.Db, op.CancellationToken);
            var episode = await op.OpenEpisodeAsync(episodeId);
            var version = await db.PlanInForceAsync(episodeId, cancellationToken) ?? throw PlanErrors.NoPlan.ToException();
            var plan = await op.EpisodePlanAsync(episodeId);
            var today = await db.TodayAsync(episode.SiteId, cancellationToken);
            plan.RequireReviewable(version.Read(), goals, on, today);
            var review = new PlanReview
            {
                Id = db.NewId(),
                NetworkId = db.NetworkId,
                EpisodeId = episodeId,
                PlanNumber = version.Number,
                ReviewedOn = on,
                ReviewedBy = by,
                Outcome = outcome,
                Goals = DecisionJson.Write(goals),
                Note = note,
                RecordedBy = op.Caller.Subject,
                RecordedAt = op.Now,
            };
            db.PlanReviews.Add(review);
            plan.Reviewed(on);
            var due = await schedule.FollowSavedAsync(db, episode, cancellationToken);
            op.Audit("plan.review", "plan", version.Id, episode.PersonId);
            return new V1.RecordReviewResponse { Review = PlanMessages.Of(review), NextDueOn = NextOf(due, DueKind.Review) };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.ListReviewsResponse> ListReviews(V1.ListReviewsRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var episodeId = validation.Id(request.EpisodeId, "episode_id");
        validation.ThrowIfInvalid();
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var after = PageToken.Decode<DayKey>(request.Page?.Token ?? string.Empty);
        return operations.AuditedReadAsync(context, async op =>
        {
            var episode = await op.EpisodeToReadAsync(episodeId);
            var reviews = op.Db.PlanReviews.AsNoTracking().Where(r => r.EpisodeId == episodeId);
            if (after is not null)
            {
                reviews = reviews.Where(r => r.ReviewedOn < after.On || (r.ReviewedOn == after.On && r.Id.CompareTo(after.Id) < 0));
            }

            var page = await reviews.OrderByDescending(r => r.ReviewedOn).ThenByDescending(r => r.Id).Take(size + 1).ToListAsync(op.CancellationToken);
            op.Audit("plan.reviews", "episode", episodeId, episode.PersonId);
            return new V1.ListReviewsResponse
            {
                Reviews = { page.Take(size).Select(PlanMessages.Of) },
                NextPageToken = page.Count > size ? PageToken.Encode(new DayKey(page[size - 1].ReviewedOn, page[size - 1].Id)) : string.Empty,
            };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Clinician)]
    public override Task<V1.CertifyEpisodeResponse> CertifyEpisode(V1.CertifyEpisodeRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var episodeId = validation.Id(request.EpisodeId, "episode_id");
        var on = validation.Day(request.CertifiedOn, "certified_on");
        var name = validation.Text(request.PhysicianName, "physician_name");
        validation.Require(Npi.IsValid(request.PhysicianNpi), "physician_npi", "is not an NPI");
        var hours = validation.Number(request.HoursPerWeek, "hours_per_week", 1, 168);
        var statement = validation.Narrative(request.Statement, "statement", 4000);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var (db, cancellationToken) = (op.Db, op.CancellationToken);
            var episode = await op.OpenEpisodeAsync(episodeId);
            var plan = await op.EpisodePlanAsync(episodeId);
            var today = await db.TodayAsync(episode.SiteId, cancellationToken);
            plan.RequireCertifiable(episode.AdmittedOn, on, today);
            var set = await rules.ForAsync(db, cancellationToken);
            var scope = await PlanSchedule.ScopeAsync(db, episode, cancellationToken);
            var asked = scope.For(PlanSchedule.KindsOf(plan))
                .Select(payer => set.FindSection(r => r.Certification, payer, today))
                .MaxBy(found => found?.Rule.MinimumHoursPerWeek) ?? throw PlanErrors.CertificationNotAsked.ToException();
            if (hours < asked.Rule.MinimumHoursPerWeek)
            {
                throw DomainError.Invalid("hours_per_week", $"must be at least {asked.Rule.MinimumHoursPerWeek}, by {asked.Pack}").ToException();
            }

            var certification = new Certification
            {
                Id = db.NewId(),
                NetworkId = db.NetworkId,
                EpisodeId = episodeId,
                IsRecertification = plan.LastCertifiedOn is not null,
                CertifiedOn = on,
                PhysicianName = name,
                PhysicianNpi = request.PhysicianNpi,
                HoursPerWeek = hours,
                Statement = statement,
                PlanNumber = (await db.PlanInForceAsync(episodeId, cancellationToken))?.Number ?? 0,
                Pack = asked.Pack,
                RecordedBy = op.Caller.Subject,
                RecordedAt = op.Now,
            };
            db.Certifications.Add(certification);
            plan.Certified(on);
            var due = await schedule.FollowSavedAsync(db, episode, cancellationToken);
            op.Audit("episode.certify", "certification", certification.Id, episode.PersonId);
            return new V1.CertifyEpisodeResponse
            {
                Certification = PlanMessages.Of(certification),
                NextDueOn = NextOf(due, DueKind.Recertification),
            };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician, CallerRole.Service)]
    public override Task<V1.ListCertificationsResponse> ListCertifications(V1.ListCertificationsRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var episodeId = validation.Id(request.EpisodeId, "episode_id");
        validation.ThrowIfInvalid();
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var after = PageToken.Decode<DayKey>(request.Page?.Token ?? string.Empty);
        return operations.AuditedReadAsync(context, async op =>
        {
            var episode = await op.EpisodeToReadAsync(episodeId);
            var certifications = op.Db.Certifications.AsNoTracking().Where(c => c.EpisodeId == episodeId);
            if (after is not null)
            {
                certifications = certifications.Where(c => c.CertifiedOn < after.On || (c.CertifiedOn == after.On && c.Id.CompareTo(after.Id) < 0));
            }

            var page = await certifications
                .OrderByDescending(c => c.CertifiedOn)
                .ThenByDescending(c => c.Id)
                .Take(size + 1)
                .ToListAsync(op.CancellationToken);
            op.Audit("episode.certifications", "episode", episodeId, episode.PersonId);
            return new V1.ListCertificationsResponse
            {
                Certifications = { page.Take(size).Select(PlanMessages.Of) },
                NextPageToken = page.Count > size ? PageToken.Encode(new DayKey(page[size - 1].CertifiedOn, page[size - 1].Id)) : string.Empty,
            };
        });
    }

    private static string NextOf(IEnumerable<PlanDue> due, DueKind kind) =>
        (due.FirstOrDefault(d => d.Kind == kind)?.DueOn).ToIso();

    /// <summary>Sort key of what has a day.</summary>
    private sealed record DayKey(DateOnly On, Guid Id);
}
