using Platform.Contracts.Events.Enrollment;
using Platform.Scheduling.Bookings;
using Platform.Shared.Messaging;

namespace Platform.Scheduling.Episodes;

/// <summary>Learns of an episode. What is known already is the same or newer.</summary>
internal sealed class EpisodeAdmittedHandler : IEventHandler<SchedulingDbContext, EpisodeAdmitted>
{
    public Task HandleAsync(SchedulingDbContext db, EpisodeAdmitted admitted, CancellationToken cancellationToken) =>
        db.LearnEpisodeAsync(
            new Episode
            {
                Id = admitted.EpisodeId,
                NetworkId = db.NetworkId,
                PersonId = admitted.PersonId,
                SiteId = admitted.SiteId,
                ProgramId = admitted.ProgramId,
                AdmittedOn = admitted.AdmittedOn,
                Version = admitted.Version,
            },
            cancellationToken);
}
