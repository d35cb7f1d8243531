using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Contracts.Events.Enrollment;
using Platform.Enrollment.Assessments.Screening;
using Platform.Enrollment.Outcomes;
using Platform.Enrollment.Sites;
using Platform.Shared.Errors;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Enrollment.Episodes;

/// <content>The day of admission, corrected.</content>
internal sealed partial class EpisodeChangeEndpoint
{
    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<V1.CorrectAdmissionDateResponse> CorrectAdmissionDate(
        V1.CorrectAdmissionDateRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.EpisodeId, "episode_id");
        var on = validation.Day(request.AdmittedOn, "admitted_on");
        var reason = validation.Narrative(request.Reason, "reason", 1000);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(
            context, request.RequestId, request, () => RequireNotServedBeforeAsync(context, id, on), async (op, _) =>
            {
                var (db, cancellationToken) = (op.Db, op.CancellationToken);
                var episode = await op.EpisodeOfPersonToChangeAsync(id, request.Etag);
                var personId = episode.PersonId;
                var (was, first) = (episode.AdmittedOn, episode.Stays.MinBy(stay => stay.Number)!);
                var previousEnd = await db.Episodes
                    .Where(e => e.Id == episode.PreviousEpisodeId).Select(e => e.DischargedOn).SingleOrDefaultAsync(cancellationToken);
                episode.CorrectAdmission(on, previousEnd, await db.TodayAsync(first.SiteId, cancellationToken));
                await assessment.RequireAssessedAsync(db, id, personId, first.ProgramId, on, cancellationToken);
                db.AdmissionCorrections.Add(new AdmissionCorrection
                {
                    Id = db.NewId(),
                    NetworkId = db.NetworkId,
                    EpisodeId = id,
                    Was = was,
                    AdmittedOn = on,
                    Reason = reason,
                    CorrectedBy = op.Caller.Subject,
                    CorrectedAt = op.Now,
                });
                await plans.FollowAsync(db, episode, cancellationToken);
                await CountScoresAsync(op, episode);
                if (episode.DischargedOn is null)
                {
                    Note(op, episode, EpisodeChange.AdmissionDate, "episode.correct-admission");
                }
                else
                {
                    db.Publish(episode.ToDischarged(), id);
                    op.Audit("episode.correct-admission", "episode", id, personId);
                }

                return new V1.CorrectAdmissionDateResponse { Episode = episode.ToMessage() };
            });
    }

    /// <summary>
    /// Refuses a later day when Attendance has a day of service before it. Asked before the transaction: a mark that is set at the
    /// same moment, on a session of the past, stays on its roll, since attendance is a fact.
    /// </summary>
    private async Task<bool> RequireNotServedBeforeAsync(ServerCallContext context, Guid id, DateOnly on)
    {
        var admittedOn = await operations.ReadAsync(context, async op => (await op.EpisodeToReadAsync(id)).AdmittedOn);
        if (on > admittedOn
            && await attendance.IsServedAsync(
                context.GetCaller().NetworkId, id, admittedOn, on.AddDays(-1), context.CancellationToken))
        {
            throw EpisodeErrors.ServedBefore.ToException();
        }

        return true;
    }

    /// <summary>Scores of before the day of admission are of no episode, and count for it as those at intake do.</summary>
    private async Task CountScoresAsync(Operation<EnrollmentDbContext> op, Episode episode)
    {
        var (id, on) = (episode.Id, episode.AdmittedOn);
        await op.Db.Screenings
            .Where(s => s.EpisodeId == id && s.TakenOn < on)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.EpisodeId, (Guid?)null), op.CancellationToken);
        await CountAsync(op, episode.PersonId, Enum.GetValues<Instrument>());
    }

    /// <summary>Scores of after the day of a discharge that is taken back are of the episode that goes on.</summary>
    private async Task TakeScoresAsync(Operation<EnrollmentDbContext> op, Episode episode)
    {
        var (id, personId, on) = (episode.Id, episode.PersonId, episode.AdmittedOn);
        await op.Db.Screenings
            .Where(s => s.PersonId == personId && s.EpisodeId == null && s.TakenOn >= on)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.EpisodeId, id), op.CancellationToken);
        await CountAsync(op, personId, Enum.GetValues<Instrument>());
    }

    private async Task CountAsync(Operation<EnrollmentDbContext> op, Guid personId, IReadOnlyList<Instrument> instruments)
    {
        var rulePacks = await packs.ForAsync(op.Db, op.CancellationToken);
        await OutcomeLedger.CountAsync(op.Db, rulePacks, personId, instruments, on: null, op.CancellationToken);
    }
}
