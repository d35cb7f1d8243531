using Platform.Shared.Messaging;

namespace Platform.Contracts.Events.Enrollment;

/// <summary>A person was admitted to a program.</summary>
/// <param name="EpisodeId">The episode; also the partition key.</param>
/// <param name="Version">Version of the episode; grows with every change.</param>
/// <param name="PersonId">The person, by id alone.</param>
/// <param name="SiteId">The site.</param>
/// <param name="ProgramId">The program.</param>
/// <param name="AdmittedOn">Site-local day of admission.</param>
[EventName("enrollment.episode-admitted", SchemaVersion = 1)]
public sealed record EpisodeAdmitted(
    Guid EpisodeId, long Version, Guid PersonId, Guid SiteId, Guid ProgramId, DateOnly AdmittedOn) : IDomainEvent;
