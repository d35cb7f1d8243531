using Platform.Contracts.Events.Enrollment;
using Platform.Shared.Messaging;

namespace Platform.Scheduling.Episodes;

/// <summary>Follows a transfer, a leave, or a discharge that was taken back; works as well when the admission was never heard of.</summary>
internal sealed class EpisodeCourseChangedHandler : IEventHandler<SchedulingDbContext, EpisodeCourseChanged>
{
    public Task HandleAsync(SchedulingDbContext db, EpisodeCourseChanged changed, CancellationToken cancellationToken) =>
        EpisodeCourse.FollowAsync(
            db,
            new Episode
            {
                Id = changed.EpisodeId,
                NetworkId = db.NetworkId,
                PersonId = changed.PersonId,
                SiteId = changed.SiteId,
                ProgramId = changed.ProgramId,
                AdmittedOn = changed.AdmittedOn,
            },
            changed.Version,
            dischargedOn: null,
            changed.Stays,
            cancellationToken);
}
