namespace Platform.Billing.Charges;

/// <summary>What Attendance says of a closed service day, in one of its versions.</summary>
/// <param name="Id">The service day.</param>
/// <param name="Version">Version; grows when the day is amended.</param>
/// <param name="EpisodeId">The episode.</param>
/// <param name="PersonId">The person.</param>
/// <param name="SiteId">The site.</param>
/// <param name="ProgramId">The program.</param>
/// <param name="On">Site-local day.</param>
/// <param name="Minutes">Whole minutes attended, of all components.</param>
/// <param name="FacilitatorId">The clinician with whom the person spent most of them.</param>
internal sealed record ServiceDay(
    Guid Id, long Version, Guid EpisodeId, Guid PersonId, Guid SiteId, Guid ProgramId, DateOnly On, int Minutes, Guid FacilitatorId);
