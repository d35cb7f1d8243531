namespace Platform.Contracts.Events.Enrollment;

/// <summary>A part of an episode in which site, program, level and leave stay the same.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="ProgramId">The program.</param>
/// <param name="Level">Clinical level of care, numbered as <c>LevelOfCare</c> of the API.</param>
/// <param name="From">First site-local day.</param>
/// <param name="To">Site-local day on which it ended, which belongs to what follows; null while it lasts.</param>
/// <param name="OnLeave">Whether it is a leave of absence.</param>
public sealed record StayFacts(Guid SiteId, Guid ProgramId, int Level, DateOnly From, DateOnly? To, bool OnLeave);
