namespace Platform.Contracts.Events.Scheduling;

/// <summary>What others need to know of a session; carried whole by every event that names one, so that order does not matter.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Version">Version of the session; a consumer keeps only the newest facts.</param>
/// <param name="GroupId">The group it belongs to.</param>
/// <param name="SiteId">The site.</param>
/// <param name="ProgramId">The program.</param>
/// <param name="Component">Component code, such as GROUP_THERAPY.</param>
/// <param name="On">Site-local day.</param>
/// <param name="StartsAt">When it begins.</param>
/// <param name="EndsAt">When it ends.</param>
/// <param name="FacilitatorId">The clinician who leads it.</param>
/// <param name="FacilitatorSubject">Subject of that clinician's tokens, so that only the facilitator signs.</param>
public sealed record SessionFacts(
    Guid SessionId, long Version, Guid GroupId, Guid SiteId, Guid ProgramId, string Component, DateOnly On,
    DateTimeOffset StartsAt, DateTimeOffset EndsAt, Guid FacilitatorId, string FacilitatorSubject);
