using Platform.Contracts.Events.Enrollment;
using Platform.Scheduling.Bookings;
using Platform.Shared.Auditing;
using Platform.Shared.Messaging;

namespace Platform.Scheduling.Episodes;

/// <summary>Releases the sessions after the last day of care; works as well when the admission was never heard of.</summary>
internal sealed class EpisodeDischargedHandler : IEventHandler<SchedulingDbContext, EpisodeDischarged>
{
    public async Task HandleAsync(SchedulingDbContext db, EpisodeDischarged discharged, CancellationToken cancellationToken)
    {
        var unheard = new Episode
        {
            Id = discharged.EpisodeId,
            NetworkId = db.NetworkId,
            PersonId = discharged.PersonId,
            SiteId = discharged.SiteId,
            ProgramId = discharged.ProgramId,
            AdmittedOn = discharged.AdmittedOn,
        };
        await db.LearnEpisodeAsync(unheard, cancellationToken);
        var episode = (await db.LockEpisodeAsync(discharged.EpisodeId, cancellationToken))!;
        if (episode.Version >= discharged.Version)
        {
            return;
        }

        episode.Version = discharged.Version;
        episode.DischargedOn = discharged.DischargedOn;
        db.Audit(new AuditNote("booking.release", "episode", episode.Id, episode.PersonId));
        await BookingBook.ReleaseAllAsync(db, episode, discharged.DischargedOn.AddDays(1), cancellationToken);
    }
}
