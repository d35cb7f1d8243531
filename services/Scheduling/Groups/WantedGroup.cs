namespace Platform.Scheduling.Groups;

/// <summary>A group that is wanted, as far as it could be checked without the store.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="ProgramId">The program.</param>
/// <param name="Name">Display name.</param>
/// <param name="Component">Component code, such as GROUP_THERAPY.</param>
/// <param name="Pattern">When it meets.</param>
/// <param name="FacilitatorId">Who leads it.</param>
/// <param name="Maximum">How many persons at the most.</param>
internal sealed record WantedGroup(
    Guid SiteId, Guid ProgramId, string Name, string Component, WeeklyPattern Pattern, Guid FacilitatorId, int Maximum);
