using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Contracts.Events.Enrollment;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Consents;
using Platform.Enrollment.Placement;
using Platform.Enrollment.Referrals;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;
using Platform.Shared.Time;

namespace Platform.Enrollment.Episodes;

/// <summary>Episodes of care: admission, which takes the place that an offer held, and discharge, which frees it.</summary>
internal sealed class EpisodeEndpoint(Operations<EnrollmentDbContext> operations, CapacityLedger ledger)
    : V1.EpisodeService.EpisodeServiceBase
{
    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.AdmitResponse> Admit(V1.AdmitRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var offerId = validation.Id(request.OfferId, "offer_id");
        var admittedOn = validation.Day(request.AdmittedOn, "admitted_on");
        var backdatingReason = validation.OptionalText(request.BackdatingReason, "backdating_reason", 1000);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            // Everyone locks in this order: person, referral, offer, places.
            var (db, cancellationToken) = (op.Db, op.CancellationToken);
            var facts = await db.Offers
                .Where(o => o.Id == offerId)
                .Select(o => new { o.PersonId, o.ReferralId, o.SiteId })
                .SingleOrDefaultAsync(cancellationToken) ?? throw DomainError.NotFound("offer").ToException();
            op.Caller.RequireSite(facts.SiteId, "offer");
            await db.LockedAsync<Person>(facts.PersonId, cancellationToken);
            var referral = (await db.LockedAsync<Referral>(facts.ReferralId, cancellationToken))!;
            var offer = (await db.LockedAsync<Offer>(offerId, cancellationToken))!;
            var today = await TodayAsync(op, offer.SiteId);
            Episode.RequireAdmissible(admittedOn, backdatingReason, today);
            offer.Accept(await db.ClockAsync(cancellationToken));
            referral.Admit();
            if (await db.Episodes.AnyAsync(e => e.PersonId == offer.PersonId && e.Status == EpisodeStatus.Admitted, cancellationToken))
            {
                throw EpisodeErrors.Open.ToException();
            }

            if (!await db.IsConsentedAsync(offer.PersonId, Purpose.Treatment, today, cancellationToken))
            {
                throw EpisodeErrors.ConsentMissing.ToException();
            }

            var episode = new Episode
            {
                Id = db.NewId(),
                NetworkId = db.NetworkId,
                PersonId = offer.PersonId,
                ReferralId = offer.ReferralId,
                SiteId = offer.SiteId,
                ProgramId = offer.ProgramId,
                AdmittedOn = admittedOn,
                BackdatingReason = admittedOn < today ? backdatingReason : string.Empty,
            };
            db.Episodes.Add(episode);
            await ledger.AdmitAsync(db, offer.SiteId, offer.ProgramId, cancellationToken);
            db.Publish(
                new EpisodeAdmitted(
                    episode.Id, episode.Version, episode.PersonId, episode.SiteId, episode.ProgramId, episode.AdmittedOn),
                episode.Id);
            op.Audit("episode.admit", "episode", episode.Id, episode.PersonId);
            return new V1.AdmitResponse { Episode = Message(episode) };
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
            var episode = await op.Db.Episodes.SingleOrDefaultAsync(e => e.Id == id, op.CancellationToken)
                ?? throw DomainError.NotFound("episode").ToException();
            op.Caller.RequireSite(episode.SiteId, "episode");
            op.Audit("episode.read", "episode", id, episode.PersonId);
            return new V1.GetEpisodeResponse { Episode = Message(episode) };
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
                Episodes = { page.Take(size).Select(Message) },
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
        var aftercarePlan = validation.Text(request.AftercarePlan, "aftercare_plan", 4000);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var (db, cancellationToken) = (op.Db, op.CancellationToken);
            var episode = await db.LockedAsync<Episode>(id, cancellationToken) ?? throw DomainError.NotFound("episode").ToException();
            op.Caller.RequireSite(episode.SiteId, "episode");
            Etag.Require(request.Etag, episode.Version);
            episode.Discharge(dischargedOn, disposition, aftercarePlan, await TodayAsync(op, episode.SiteId));
            await ledger.DischargeAsync(db, episode.SiteId, episode.ProgramId, cancellationToken);
            db.Publish(
                new EpisodeDischarged(
                    episode.Id, episode.Version, episode.PersonId, episode.SiteId, episode.ProgramId, episode.AdmittedOn, dischargedOn),
                episode.Id);
            op.Audit("episode.discharge", "episode", id, episode.PersonId);
            return new V1.DischargeResponse { Episode = Message(episode) };
        });
    }

    private static async Task<DateOnly> TodayAsync(Operation<EnrollmentDbContext> op, Guid siteId)
    {
        var zone = await op.Db.Sites.Where(s => s.Id == siteId).Select(s => s.TimeZone).SingleAsync(op.CancellationToken);
        return LocalDays.DayAt(op.Now, zone);
    }

    private static V1.Episode Message(Episode episode) => new()
    {
        Id = episode.Id.ToString(),
        PersonId = episode.PersonId.ToString(),
        ReferralId = episode.ReferralId.ToString(),
        SiteId = episode.SiteId.ToString(),
        ProgramId = episode.ProgramId.ToString(),
        Status = (V1.EpisodeStatus)episode.Status,
        AdmittedOn = episode.AdmittedOn.ToIso(),
        DischargedOn = episode.DischargedOn.ToIso(),
        Disposition = episode.Disposition is { } disposition ? (V1.Disposition)disposition : V1.Disposition.Unspecified,
        Etag = Etag.Of(episode.Version),
    };

    /// <summary>Sort key of a list.</summary>
    private sealed record EpisodeKey(DateOnly AdmittedOn, Guid Id);
}
