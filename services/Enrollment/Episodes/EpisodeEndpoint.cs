using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Contracts.Events.Enrollment;
using Platform.Enrollment.Assessments;
using Platform.Enrollment.Assessments.Safety;
using Platform.Enrollment.Assessments.Screening;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Consents;
using Platform.Enrollment.Outcomes;
using Platform.Enrollment.Placement;
using Platform.Enrollment.Plans;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.RulePacks;
using Platform.Enrollment.Sites;
using Platform.Enrollment.Waitlist;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;
using Platform.Shared.Time;

namespace Platform.Enrollment.Episodes;

/// <summary>Episodes of care: admission, which takes the place that an offer held, and discharge, which frees it.</summary>
internal sealed class EpisodeEndpoint(
    Operations<EnrollmentDbContext> operations, CapacityLedger ledger, FollowUps aftercare, AdmissionAssessment assessment,
    PlanSchedule plans, EnrollmentRules rules)
    : V1.EpisodeService.EpisodeServiceBase
{
    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.AdmitResponse> Admit(V1.AdmitRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var offerId = validation.Id(request.OfferId, "offer_id");
        var admittedOn = validation.Day(request.AdmittedOn, "admitted_on");
        var backdatingReason = validation.OptionalNarrative(request.BackdatingReason, "backdating_reason", 1000);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            // Everyone locks in this order: person, referral, offer, places.
            var (db, cancellationToken) = (op.Db, op.CancellationToken);
            var facts = await db.AdmissionFactsAsync(offerId, admittedOn, cancellationToken)
                ?? throw DomainError.NotFound("offer").ToException();
            var (offer, referral) = (facts.Offer, facts.Referral);
            op.Caller.RequireSite(offer.SiteId, "offer");
            var today = LocalDays.DayAt(op.Now, facts.TimeZone);
            Episode.RequireAdmissible(admittedOn, backdatingReason, today);
            offer.Accept(db.Clock);
            referral.Admit();
            if (facts.HeldElsewhere)
            {
                throw OfferErrors.OpenElsewhere.ToException();
            }

            rules.Use(db, facts.RuleChanges);
            var ended = facts.WasInCare ? await EndedAsync(db, offer.PersonId, cancellationToken) : [];
            var previous = ended.Count > 0 ? new PreviousEpisode(ended[^1].EpisodeId, ended[^1].On) : null;
            var id = db.NewId();
            await db.BeginTreatmentAsync(offer, id, today, ended, cancellationToken);
            var about = new DecisionAbout(id, offer.SiteId, offer.ProgramId, facts.Scope, admittedOn, offer.PersonId);
            await assessment.RequireAssessedAsync(db, about, facts.AssessedFor(admittedOn), cancellationToken);
            var episode = Episode.Admit(
                new Admission(
                    id, db.NetworkId, offer.PersonId, offer.ReferralId, offer.SiteId, offer.ProgramId, facts.Scope.Level!.Value, admittedOn,
                    admittedOn < today ? backdatingReason : string.Empty),
                previous);
            db.Episodes.Add(episode);
            if (previous is not null)
            {
                await FollowUps.CloseAsync(db, previous.EpisodeId, cancellationToken);
            }

            await plans.BeginAsync(db, episode, facts.Scope, facts.TimeZone, cancellationToken);
            if (facts.HasAlert)
            {
                await SafetyQueries.TellAsync(db, episode, cancellationToken);
            }

            if (facts.Waits)
            {
                await WaitlistReturns.PlaceAsync(db, offer, op.Caller.Subject, cancellationToken);
            }

            await ledger.AdmitAsync(db, offer.SiteId, offer.ProgramId, cancellationToken);
            db.Publish(
                new EpisodeAdmitted(
                    episode.Id, episode.Version, episode.PersonId, episode.SiteId, episode.ProgramId, episode.AdmittedOn),
                episode.Id);
            if (admittedOn < today)
            {
                // What was scored between the two days is of this episode.
                var set = await rules.ForAsync(db, cancellationToken);
                await OutcomeLedger.CountAsync(db, set, episode.PersonId, Enum.GetValues<Instrument>(), on: null, cancellationToken);
            }

            op.Audit("episode.admit", "episode", episode.Id, episode.PersonId);
            return new V1.AdmitResponse { Episode = episode.ToMessage() };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician, CallerRole.Service)]
    public override Task<V1.GetEpisodeResponse> GetEpisode(V1.GetEpisodeRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.EpisodeId, "episode_id");
        validation.ThrowIfInvalid();
        return operations.AuditedReadAsync(context, async op =>
        {
            var episode = await op.EpisodeToReadAsync(id);
            op.Audit("episode.read", "episode", id, episode.PersonId);
            return new V1.GetEpisodeResponse { Episode = episode.ToMessage() };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician, CallerRole.Service)]
    public override Task<V1.ListEpisodesResponse> ListEpisodes(V1.ListEpisodesRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var siteId = validation.Id(request.SiteId, "site_id");
        validation.Require(Enum.IsDefined(request.Status), "status", "is not a known value");
        validation.ThrowIfInvalid();
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var after = PageToken.Decode<EpisodeKey>(request.Page?.Token ?? string.Empty);
        return operations.AuditedReadAsync(context, async op =>
        {
            op.Caller.RequireSite(siteId, "site");
            if (!await op.Db.Sites.AnyAsync(s => s.Id == siteId, op.CancellationToken))
            {
                throw DomainError.NotFound("site").ToException();
            }

            var episodes = op.Db.Episodes.AsNoTracking().Where(e => e.SiteId == siteId);
            if (request.Status != V1.EpisodeStatus.Unspecified)
            {
                var status = (EpisodeStatus)request.Status;
                episodes = episodes.Where(e => e.Status == status);
            }

            if (after is not null)
            {
                episodes = episodes.Where(e =>
                    e.AdmittedOn < after.AdmittedOn || (e.AdmittedOn == after.AdmittedOn && e.Id.CompareTo(after.Id) < 0));
            }

            var page = await episodes
                .OrderByDescending(e => e.AdmittedOn)
                .ThenByDescending(e => e.Id)
                .Take(size + 1)
                .ToListAsync(op.CancellationToken);
            foreach (var person in page.Take(size).Select(e => e.PersonId).Distinct())
            {
                op.Audit("episode.list", "person", person, person);
            }

            return new V1.ListEpisodesResponse
            {
                Episodes = { page.Take(size).Select(episode => episode.ToMessage()) },
                NextPageToken = page.Count > size
                    ? PageToken.Encode(new EpisodeKey(page[size - 1].AdmittedOn, page[size - 1].Id))
                    : string.Empty,
            };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.DischargeResponse> Discharge(V1.DischargeRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.EpisodeId, "episode_id");
        var dischargedOn = validation.Day(request.DischargedOn, "discharged_on");
        var disposition = (Disposition)validation.Choice(request.Disposition, "disposition");
        var aftercarePlan = validation.Narrative(request.AftercarePlan, "aftercare_plan", 4000);
        var items = AftercareRequest.Parse(request.Aftercare, validation);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var (db, cancellationToken) = (op.Db, op.CancellationToken);
            var episode = await op.EpisodeToChangeAsync(id, request.Etag);
            var heldPlace = episode.HoldsPlace;
            episode.Discharge(dischargedOn, disposition, aftercarePlan, await op.Db.TodayAsync(episode.SiteId, op.CancellationToken));
            items.RequireFrom(dischargedOn);
            await aftercare.BeginAsync(db, episode, items, cancellationToken);
            await plans.FollowAsync(db, episode, cancellationToken);
            await WaitlistReturns.ReconsiderPersonAsync(db, episode.PersonId, cancellationToken);
            if (heldPlace)
            {
                await ledger.DischargeAsync(db, episode.SiteId, episode.ProgramId, cancellationToken);
            }

            db.Publish(episode.ToDischarged(), episode.Id);
            op.Audit("episode.discharge", "episode", id, episode.PersonId);
            return new V1.DischargeResponse { Episode = episode.ToMessage() };
        });
    }

    /// <summary>The ends of the person's episodes, in order.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: one has not ended.</exception>
    private static async Task<List<DischargeDay>> EndedAsync(EnrollmentDbContext db, Guid personId, CancellationToken cancellationToken)
    {
        var earlier = await db.Episodes
            .Where(e => e.PersonId == personId)
            .Select(e => new { e.Id, e.DischargedOn })
            .ToListAsync(cancellationToken);
        return
        [
            .. earlier
                .Select(e => new DischargeDay(e.Id, e.DischargedOn ?? throw EpisodeErrors.Open.ToException()))
                .OrderBy(e => e.On)
                .ThenBy(e => e.EpisodeId),
        ];
    }

    /// <summary>Sort key of a list.</summary>
    private sealed record EpisodeKey(DateOnly AdmittedOn, Guid Id);
}
