using Platform.Contracts.Events.Enrollment;
using Platform.Scheduling.Bookings;
using Platform.Shared.Auditing;

namespace Platform.Scheduling.Episodes;

/// <summary>
/// Follows an episode through transfers and leaves to its end. Each event carries the whole course, so only the newest one counts:
/// what the person is booked into at a program, or on a day, that the course does not cover is released.
/// </summary>
internal static class EpisodeCourse
{
    /// <summary>Takes over the newest course, in whatever order the events come.</summary>
    /// <param name="db">The transaction.</param>
    /// <param name="unheard">The episode, should its admission not have been heard of.</param>
    /// <param name="version">Version of the course.</param>
    /// <param name="dischargedOn">Last day of care; null while in care.</param>
    /// <param name="stays">The course.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task FollowAsync(
        SchedulingDbContext db, Episode unheard, long version, DateOnly? dischargedOn, IReadOnlyList<StayFacts> stays,
        CancellationToken cancellationToken)
    {
        await db.LearnEpisodeAsync(unheard, cancellationToken);
        var episode = (await db.LockEpisodeAsync(unheard.Id, cancellationToken))!;
        if (episode.Version >= version)
        {
            return;
        }

        var last = stays[^1];
        episode.Version = version;
        episode.AdmittedOn = unheard.AdmittedOn;
        episode.SiteId = last.SiteId;
        episode.ProgramId = last.ProgramId;
        episode.Since = SinceOf(stays);
        episode.OnLeaveSince = last.OnLeave && dischargedOn is null ? last.From : null;
        episode.DischargedOn = dischargedOn;
        db.Audit(new AuditNote("booking.release", "episode", episode.Id, episode.PersonId));
        await BookingBook.ReleaseAllAsync(
            db, episode, (programId, on) => !Covers(stays, dischargedOn, programId, on), cancellationToken);
    }

    /// <summary>
    /// Whether a session of a program on a day lies within the course. A day on which something changed belongs to what follows;
    /// the day of discharge is the last day of care.
    /// </summary>
    public static bool Covers(IReadOnlyList<StayFacts> stays, DateOnly? dischargedOn, Guid programId, DateOnly on)
    {
        var stay = stays.LastOrDefault(s => s.From <= on);
        return stay is { OnLeave: false } && stay.ProgramId == programId && (dischargedOn is null || on <= dischargedOn);
    }

    /// <summary>The first day of the last stays in one program.</summary>
    private static DateOnly SinceOf(IReadOnlyList<StayFacts> stays)
    {
        var first = stays.Count - 1;
        while (first > 0 && stays[first - 1].ProgramId == stays[^1].ProgramId)
        {
            first--;
        }

        return stays[first].From;
    }
}
