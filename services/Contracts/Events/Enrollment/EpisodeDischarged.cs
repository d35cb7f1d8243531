using Platform.Shared.Messaging;

namespace Platform.Contracts.Events.Enrollment;

/// <summary>A person was discharged from a program, or the day of admission of such an episode was corrected.</summary>
/// <param name="EpisodeId">The episode; also the partition key.</param>
/// <param name="Version">Version of the episode; grows with every change.</param>
/// <param name="PersonId">The person, by id alone.</param>
/// <param name="SiteId">The site.</param>
/// <param name="ProgramId">The program.</param>
/// <param name="AdmittedOn">Site-local day of admission, so that a consumer that missed the admission needs nothing more.</param>
/// <param name="DischargedOn">Site-local day of discharge: the last day of care.</param>
/// <param name="Stays">The course, so that a consumer that missed a transfer or a leave needs nothing more; null in an event from
/// before courses were kept.</param>
[EventName("enrollment.episode-discharged", SchemaVersion = 1)]
public sealed record EpisodeDischarged(
    Guid EpisodeId, long Version, Guid PersonId, Guid SiteId, Guid ProgramId, DateOnly AdmittedOn, DateOnly DischargedOn,
    IReadOnlyList<StayFacts>? Stays = null) : IDomainEvent;
