using Platform.Billing.RulePacks;
using Platform.Shared.Time;
using Proto = Platform.Enrollment.V1;

namespace Platform.Billing.Peers;

/// <summary>What Enrollment says of a site and its programs; nothing of it is about a person.</summary>
/// <param name="site">The site.</param>
internal sealed class SiteFacts(Proto.Site site)
{
    /// <summary>The site.</summary>
    public Proto.Site Site => site;

    /// <summary>Two-letter code of the state.</summary>
    public string State => Site.Address?.State ?? string.Empty;

    /// <summary>Today at the site.</summary>
    public DateOnly Today(DateTimeOffset now) =>
        LocalDays.IsKnown(Site.TimeZone) ? LocalDays.DayAt(now, Site.TimeZone) : DateOnly.FromDateTime(now.UtcDateTime);

    /// <summary>What a program of the site treats; null when it is not said.</summary>
    public Track? TrackOf(Guid programId) =>
        Site.Programs.FirstOrDefault(p => p.Id == programId.ToString())?.Track switch
        {
            Proto.Track.SubstanceUse => Track.SubstanceUse,
            Proto.Track.MentalHealth => Track.MentalHealth,
            Proto.Track.DualDiagnosis => Track.DualDiagnosis,
            Proto.Track.EatingDisorder => Track.EatingDisorder,
            _ => null,
        };
}
