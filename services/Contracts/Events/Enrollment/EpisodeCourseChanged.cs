using Platform.Shared.Messaging;

namespace Platform.Contracts.Events.Enrollment;

/// <summary>
/// An open episode changed: its level, its site, a leave; a discharge was taken back, or the day of admission corrected. It carries the whole course, so that a
/// consumer keeps the one with the highest version and needs no other.
/// </summary>
/// <param name="EpisodeId">The episode; also the partition key.</param>
/// <param name="Version">Version of the episode; grows with every change.</param>
/// <param name="PersonId">The person, by id alone.</param>
/// <param name="Change">What changed last.</param>
/// <param name="SiteId">The site now.</param>
/// <param name="ProgramId">The program now.</param>
/// <param name="AdmittedOn">Site-local day of admission.</param>
/// <param name="Stays">The course, from the first stay to the one that lasts.</param>
[EventName("enrollment.episode-course-changed", SchemaVersion = 1)]
public sealed record EpisodeCourseChanged(
    Guid EpisodeId, long Version, Guid PersonId, EpisodeChange Change, Guid SiteId, Guid ProgramId, DateOnly AdmittedOn,
    IReadOnlyList<StayFacts> Stays) : IDomainEvent;

/// <summary>What changed in an episode.</summary>
public enum EpisodeChange
{
    /// <summary>The clinical level of care.</summary>
    Level = 1,

    /// <summary>The program, at this or another site.</summary>
    Transfer = 2,

    /// <summary>A leave of absence began.</summary>
    LeaveStarted = 3,

    /// <summary>A leave of absence ended.</summary>
    LeaveEnded = 4,

    /// <summary>A discharge was taken back.</summary>
    Reinstated = 5,

    /// <summary>The day of admission was corrected.</summary>
    AdmissionDate = 6,
}
