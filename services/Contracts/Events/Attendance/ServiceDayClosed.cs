using Platform.Shared.Messaging;

namespace Platform.Contracts.Events.Attendance;

/// <summary>A person's service day closed: all rolls of that day are signed.</summary>
/// <param name="ServiceDayId">The service day.</param>
/// <param name="Version">Version of the service day; a consumer keeps only the newest.</param>
/// <param name="EpisodeId">The episode; also the partition key.</param>
/// <param name="PersonId">The person, by id alone.</param>
/// <param name="SiteId">The site.</param>
/// <param name="ProgramId">The program.</param>
/// <param name="On">Site-local day.</param>
/// <param name="Minutes">Whole minutes attended, by component code.</param>
/// <param name="FacilitatorId">The clinician with whom the person spent most minutes that day.</param>
[EventName("attendance.service-day-closed", SchemaVersion = 1)]
public sealed record ServiceDayClosed(
    Guid ServiceDayId, long Version, Guid EpisodeId, Guid PersonId, Guid SiteId, Guid ProgramId, DateOnly On,
    IReadOnlyDictionary<string, int> Minutes, Guid FacilitatorId) : IDomainEvent;
