using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Contracts.Events.Enrollment;
using Platform.Enrollment.Assessments;
using Platform.Enrollment.Assessments.Safety;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Consents;
using Platform.Enrollment.Placement;
using Platform.Enrollment.Plans;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.RulePacks;
using Platform.Enrollment.Sites;
using Platform.Shared.Errors;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Enrollment.Episodes;

/// <summary>What happens between admission and discharge: level changes, transfers, leaves, and a discharge that is taken back, a day corrected.</summary>
internal sealed partial class EpisodeChangeEndpoint(
    Operations<EnrollmentDbContext> operations, CapacityLedger ledger, EpisodeRules rules, PlanSchedule plans, EnrollmentRules packs,
    AdmissionAssessment assessment, AttendancePeer attendance)
    : V1.EpisodeChangeService.EpisodeChangeServiceBase
{
    /// <summary>The levels that programs of the platform give; people step up from and down to others by discharge and admission.</summary>
    private static readonly LevelOfCare[] Given =
        [LevelOfCare.Outpatient, LevelOfCare.IntensiveOutpatient, LevelOfCare.PartialHospitalization];

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.ChangeLevelResponse> ChangeLevel(V1.ChangeLevelRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.EpisodeId, "episode_id");
        var level = (LevelOfCare)validation.Choice(request.Level, "level");
        validation.Require(
            request.Level == V1.LevelOfCare.Unspecified || Given.Contains(level), "level",
            "must be outpatient, intensive outpatient or partial hospitalization; discharge a person who needs more as stepped up");
        var on = validation.Day(request.On, "on");
        var reason = validation.Narrative(request.Reason, "reason", 1000);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var episode = await op.EpisodeToChangeAsync(id, request.Etag);
            episode.ChangeLevel(level, on, reason, await op.Db.TodayAsync(episode.SiteId, op.CancellationToken));
            await plans.FollowAsync(op.Db, episode, op.CancellationToken);
            Note(op, episode, EpisodeChange.Level, "episode.change-level");
            return new V1.ChangeLevelResponse { Episode = episode.ToMessage() };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.TransferEpisodeResponse> TransferEpisode(V1.TransferEpisodeRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.EpisodeId, "episode_id");
        var programId = validation.Id(request.ProgramId, "program_id");
        var on = validation.Day(request.On, "on");
        var reason = validation.Narrative(request.Reason, "reason", 1000);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var (db, cancellationToken) = (op.Db, op.CancellationToken);
            var episode = await op.EpisodeOfPersonToChangeAsync(id, request.Etag);
            var program = await db.Programs.AsNoTracking().SingleOrDefaultAsync(p => p.Id == programId, cancellationToken)
                ?? throw DomainError.NotFound("program").ToException();
            op.Caller.RequireSite(program.SiteId, "program");
            var (fromSite, fromProgram) = (episode.SiteId, episode.ProgramId);

            // Of two sites in different zones, the day has come when it has at both.
            var (here, there) = (await op.Db.TodayAsync(fromSite, op.CancellationToken), await op.Db.TodayAsync(program.SiteId, op.CancellationToken));
            episode.Transfer(program.SiteId, programId, on, reason, here < there ? here : there);
            await plans.FollowAsync(db, episode, cancellationToken);
            await SafetyQueries.TellAsync(db, episode, cancellationToken);
            var scored = await db.EpisodeOutcomes.Where(o => o.EpisodeId == id).Select(o => o.Instrument).Distinct().ToListAsync(cancellationToken);
            await ledger.MoveSeatAsync(db, fromSite, fromProgram, program.SiteId, programId, cancellationToken);
            if (scored.Count > 0)
            {
                await CountAsync(op, episode.PersonId, scored);
            }

            Note(op, episode, EpisodeChange.Transfer, "episode.transfer");
            return new V1.TransferEpisodeResponse { Episode = episode.ToMessage() };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.StartLeaveResponse> StartLeave(V1.StartLeaveRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.EpisodeId, "episode_id");
        var on = validation.Day(request.On, "on");
        var expectedReturn = validation.OptionalDay(request.ExpectedReturn, "expected_return");
        validation.Require(expectedReturn is null || expectedReturn >= on, "expected_return", "must not be before the leave begins");
        validation.Require(Enum.IsDefined(request.Place), "place", "is not a known value");
        var reason = validation.Narrative(request.Reason, "reason", 1000);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var episode = await op.EpisodeToChangeAsync(id, request.Etag);
            var keep = request.Place == V1.LeavePlace.Unspecified
                ? await rules.KeepsPlaceAsync(op.Db, episode, new LeaveFacts(on, expectedReturn), op.CancellationToken)
                : request.Place == V1.LeavePlace.Kept;
            episode.StartLeave(on, expectedReturn, keep, reason, await op.Db.TodayAsync(episode.SiteId, op.CancellationToken));
            if (!keep)
            {
                await ledger.DischargeAsync(op.Db, episode.SiteId, episode.ProgramId, op.CancellationToken);
            }

            Note(op, episode, EpisodeChange.LeaveStarted, "episode.start-leave");
            return new V1.StartLeaveResponse { Episode = episode.ToMessage() };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.EndLeaveResponse> EndLeave(V1.EndLeaveRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.EpisodeId, "episode_id");
        var on = validation.Day(request.On, "on");
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var episode = await op.EpisodeToChangeAsync(id, request.Etag);
            var heldPlace = episode.HoldsPlace;
            episode.EndLeave(on, await op.Db.TodayAsync(episode.SiteId, op.CancellationToken));
            if (!heldPlace)
            {
                await ledger.TakeAsync(op.Db, episode.SiteId, episode.ProgramId, op.CancellationToken);
            }

            Note(op, episode, EpisodeChange.LeaveEnded, "episode.end-leave");
            return new V1.EndLeaveResponse { Episode = episode.ToMessage() };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<V1.ReinstateResponse> Reinstate(V1.ReinstateRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.EpisodeId, "episode_id");
        var reason = validation.Narrative(request.Reason, "reason", 1000);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var (db, cancellationToken) = (op.Db, op.CancellationToken);
            var episode = await op.EpisodeOfPersonToChangeAsync(id, request.Etag);
            var personId = episode.PersonId;
            if (await db.Episodes.AnyAsync(e => e.PreviousEpisodeId == id, cancellationToken))
            {
                throw EpisodeErrors.FollowedByAnother.ToException();
            }

            if (await db.Offers.AnyAsync(
                o => o.PersonId == personId && o.Status == OfferStatus.Held && o.ExpiresAt > db.Clock, cancellationToken))
            {
                throw OfferErrors.OpenElsewhere.ToException();
            }

            episode.Reinstate(reason);

            // What was signed since the discharge is of the treatment that goes on.
            await db.SaveChangesAsync(cancellationToken);
            await db.FindTreatmentsAsync(personId, cancellationToken);
            await FollowUps.WithdrawAsync(db, id, cancellationToken);
            await plans.FollowAsync(db, episode, cancellationToken);
            await SafetyQueries.TellNewsAsync(db, episode, cancellationToken);
            if (episode.HoldsPlace)
            {
                await ledger.TakeAsync(db, episode.SiteId, episode.ProgramId, cancellationToken);
            }

            await TakeScoresAsync(op, episode);
            Note(op, episode, EpisodeChange.Reinstated, "episode.reinstate");
            return new V1.ReinstateResponse { Episode = episode.ToMessage() };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.RecordAuthorizedLevelResponse> RecordAuthorizedLevel(
        V1.RecordAuthorizedLevelRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.EpisodeId, "episode_id");
        var level = (LevelOfCare)validation.Choice(request.Level, "level");
        var from = validation.Day(request.From, "from");
        var to = validation.Day(request.To, "to");
        var reference = validation.Text(request.Reference, "reference", 50);
        validation.Require(to >= from, "to", "must not be before from");
        validation.Require(to.DayNumber - from.DayNumber < AuthorizedLevel.MostDays, "to", "must be at most 366 days after from");
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var episode = await op.Db.LockedAsync<Episode>(id, op.CancellationToken) ?? throw DomainError.NotFound("episode").ToException();
            op.Caller.RequireSite(episode.SiteId, "episode");
            var authorized = new AuthorizedLevel
            {
                Id = op.Db.NewId(),
                NetworkId = op.Db.NetworkId,
                EpisodeId = id,
                Level = level,
                From = from,
                To = to,
                Reference = reference,
            };
            op.Db.AuthorizedLevels.Add(authorized);
            op.Audit("episode.record-authorized-level", "episode", id, episode.PersonId);
            return new V1.RecordAuthorizedLevelResponse { Authorized = authorized.ToMessage() };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.GetEpisodeHistoryResponse> GetEpisodeHistory(V1.GetEpisodeHistoryRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.EpisodeId, "episode_id");
        validation.ThrowIfInvalid();
        return operations.AuditedReadAsync(context, async op =>
        {
            var episode = await op.EpisodeToReadAsync(id);
            var authorized = await op.Db.AuthorizedLevels.AsNoTracking()
                .Where(a => a.EpisodeId == id).OrderBy(a => a.Id).ToListAsync(op.CancellationToken);
            var corrections = await op.Db.AdmissionCorrections.AsNoTracking()
                .Where(c => c.EpisodeId == id).OrderBy(c => c.Id).ToListAsync(op.CancellationToken);
            op.Audit("episode.read-history", "episode", id, episode.PersonId);
            return new V1.GetEpisodeHistoryResponse
            {
                Episode = episode.ToMessage(),
                Stays = { episode.Stays.Select(stay => stay.ToMessage()) },
                Authorized = { authorized.Select(level => level.ToMessage()) },
                Corrections = { corrections.Select(correction => correction.ToMessage()) },
                Differences = { LevelDifference.Between(episode.Stays, authorized).Select(difference => difference.ToMessage()) },
            };
        });
    }

    private static void Note(Operation<EnrollmentDbContext> op, Episode episode, EpisodeChange change, string action)
    {
        op.Db.Publish(episode.ToEvent(change), episode.Id);
        op.Audit(action, "episode", episode.Id, episode.PersonId);
    }
}
