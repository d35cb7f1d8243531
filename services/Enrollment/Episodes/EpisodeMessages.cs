using Google.Protobuf.WellKnownTypes;
using Platform.Contracts.Events.Enrollment;
using Platform.Shared.Paging;
using Platform.Shared.Time;

namespace Platform.Enrollment.Episodes;

/// <summary>Episodes as the API and the events send them.</summary>
internal static class EpisodeMessages
{
    public static V1.Episode ToMessage(this Episode episode) => new()
    {
        Id = episode.Id.ToString(),
        PersonId = episode.PersonId.ToString(),
        ReferralId = episode.ReferralId.ToString(),
        SiteId = episode.SiteId.ToString(),
        ProgramId = episode.ProgramId.ToString(),
        Status = (V1.EpisodeStatus)episode.Status,
        AdmittedOn = episode.AdmittedOn.ToIso(),
        DischargedOn = episode.DischargedOn.ToIso(),
        Disposition = episode.Disposition is { } disposition ? (V1.Disposition)disposition : V1.Disposition.Unspecified,
        Etag = Etag.Of(episode.Version),
        Level = (V1.LevelOfCare)episode.Level,
        OnLeaveSince = episode.OnLeaveSince.ToIso(),
        HoldsPlace = episode is { Status: EpisodeStatus.Admitted, HoldsPlace: true },
        PreviousEpisodeId = episode.PreviousEpisodeId?.ToString() ?? string.Empty,
        DaysSincePrevious = episode.DaysSincePrevious ?? 0,
        BackdatingReason = episode.BackdatingReason,
        ReinstatementReason = episode.ReinstatementReason,
    };

    public static V1.EpisodeStay ToMessage(this EpisodeStay stay) => new()
    {
        Number = stay.Number,
        SiteId = stay.SiteId.ToString(),
        ProgramId = stay.ProgramId.ToString(),
        Level = (V1.LevelOfCare)stay.Level,
        From = stay.From.ToIso(),
        To = stay.To.ToIso(),
        Beginning = (V1.StayBeginning)stay.Beginning,
        OnLeave = stay.OnLeave,
        HoldsPlace = stay.HoldsPlace,
        ExpectedReturn = stay.ExpectedReturn.ToIso(),
        Reason = stay.Reason,
    };

    public static V1.AdmissionCorrection ToMessage(this AdmissionCorrection correction) => new()
    {
        Was = correction.Was.ToIso(),
        AdmittedOn = correction.AdmittedOn.ToIso(),
        Reason = correction.Reason,
        CorrectedBy = correction.CorrectedBy,
        CorrectedAt = correction.CorrectedAt.ToTimestamp(),
    };

    /// <summary>The event of a discharge.</summary>
    public static EpisodeDischarged ToDischarged(this Episode episode) => new(
        episode.Id, episode.Version, episode.PersonId, episode.SiteId, episode.ProgramId, episode.AdmittedOn, episode.DischargedOn!.Value,
        episode.Facts());

    public static V1.AuthorizedLevel ToMessage(this AuthorizedLevel level) => new()
    {
        Id = level.Id.ToString(),
        Level = (V1.LevelOfCare)level.Level,
        From = level.From.ToIso(),
        To = level.To.ToIso(),
        Reference = level.Reference,
    };

    public static V1.LevelDifference ToMessage(this LevelDifference difference) => new()
    {
        From = difference.From.ToIso(),
        To = difference.To.ToIso(),
        Clinical = (V1.LevelOfCare)difference.Clinical,
        Authorized = difference.Authorized is { } level ? (V1.LevelOfCare)level : V1.LevelOfCare.Unspecified,
    };

    /// <summary>The event of a change, with the whole course, so that it may come late or out of order.</summary>
    /// <param name="episode">The episode after the change.</param>
    /// <param name="change">What changed.</param>
    public static EpisodeCourseChanged ToEvent(this Episode episode, EpisodeChange change) => new(
        episode.Id, episode.Version, episode.PersonId, change, episode.SiteId, episode.ProgramId, episode.AdmittedOn, episode.Facts());

    /// <summary>The course, as events carry it.</summary>
    public static IReadOnlyList<StayFacts> Facts(this Episode episode) =>
        [.. episode.Stays.OrderBy(stay => stay.Number).Select(stay => new StayFacts(
            stay.SiteId, stay.ProgramId, (int)stay.Level, stay.From, stay.To, stay.OnLeave))];
}
