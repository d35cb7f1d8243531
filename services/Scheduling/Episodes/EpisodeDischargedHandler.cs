using Platform.Contracts.Events.Enrollment;
using Platform.Shared.Messaging;

namespace Platform.Scheduling.Episodes;

/// <summary>Releases the sessions after the last day of care; works as well when the admission was never heard of.</summary>
internal sealed class EpisodeDischargedHandler : IEventHandler<SchedulingDbContext, EpisodeDischarged>
{
    public Task HandleAsync(SchedulingDbContext db, EpisodeDischarged discharged, CancellationToken cancellationToken) =>
        EpisodeCourse.FollowAsync(
            db,
            new Episode
            {
                Id = discharged.EpisodeId,
                NetworkId = db.NetworkId,
                PersonId = discharged.PersonId,
                SiteId = discharged.SiteId,
                ProgramId = discharged.ProgramId,
                AdmittedOn = discharged.AdmittedOn,
            },
            discharged.Version,
            discharged.DischargedOn,
            discharged.Stays ?? [Whole(discharged)],
            cancellationToken);

    /// <summary>Before courses were kept an episode was one stay.</summary>
    private static StayFacts Whole(EpisodeDischarged discharged) => new(
        discharged.SiteId, discharged.ProgramId, Level: 0, discharged.AdmittedOn, discharged.DischargedOn, OnLeave: false);
}
