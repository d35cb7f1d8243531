using System.Globalization;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.Sites;

namespace Platform.Enrollment.Placement;

/// <summary>What a reason is about. Numbered as in the API.</summary>
internal enum PlaceReasonKind
{
    /// <summary>How far it is.</summary>
    Distance = 1,

    /// <summary>How many places are open.</summary>
    OpenPlaces = 2,

    /// <summary>That no place is open.</summary>
    Wait = 3,

    /// <summary>What it treats.</summary>
    Track = 4,

    /// <summary>Whom it treats.</summary>
    AgeGroup = 5,

    /// <summary>The level of care it gives.</summary>
    Level = 6,

    /// <summary>A language that is spoken.</summary>
    Language = 7,

    /// <summary>Whether it accepts the payer.</summary>
    Payer = 8,

    /// <summary>How its days and times match.</summary>
    Schedule = 9,

    /// <summary>That it is given from afar.</summary>
    Virtual = 10,
}

/// <summary>Says in words why a place was found and where it stands: what it offers, and of what was asked for how it is met.</summary>
internal static class PlaceReasons
{
    /// <summary>The reasons of a place, the distance first.</summary>
    public static IEnumerable<(PlaceReasonKind Kind, string Text)> Of(PlaceCriteria criteria, FoundPlace place)
    {
        var (site, program) = (place.Site, place.Program);
        yield return (PlaceReasonKind.Distance, string.Create(CultureInfo.InvariantCulture, $"{place.Miles:0.0} miles"));
        yield return program.Counts.Open > 0
            ? (PlaceReasonKind.OpenPlaces, $"{program.Counts.Open} of {program.Counts.Licensed} places open")
            : (PlaceReasonKind.Wait, place.WaitDays is { } days ? $"full, about {days} days until a place" : "full, the wait is not known");
        if (program.Delivery != Delivery.OnSite)
        {
            yield return (PlaceReasonKind.Virtual, Afar(criteria, program));
        }

        if (criteria.Track is { } track)
        {
            yield return (PlaceReasonKind.Track, $"treats {Words(track)}");
        }

        if (criteria.AgeGroup is { } group)
        {
            yield return (PlaceReasonKind.AgeGroup, group == AgeGroup.Adult ? "treats adults" : "treats adolescents");
        }

        if (criteria.Level is { } level)
        {
            yield return (PlaceReasonKind.Level, Words(level));
        }

        foreach (var language in criteria.Languages.Where(language => PlaceCriteria.Speaks(site, language)))
        {
            yield return (PlaceReasonKind.Language, $"speaks {language}");
        }

        if (criteria.AsksPayer)
        {
            yield return (PlaceReasonKind.Payer, criteria.Accepts(site) is true ? "accepts the payer" : "did not say whether it accepts the payer");
        }

        if (criteria.AsksSchedule)
        {
            yield return (PlaceReasonKind.Schedule, Schedule(program.Weekdays, program.TimesOfDay));
        }
    }

    private static string Afar(PlaceCriteria criteria, Capacity.CachedProgram program)
    {
        var how = program.Delivery == Delivery.Virtual ? "virtual" : "in part from afar";
        return program.VirtualStates.Contains(criteria.State) ? $"{how}, licensed in {criteria.State}" : how;
    }

    private static string Schedule(Weekdays weekdays, TimesOfDay times)
    {
        if (weekdays == Weekdays.None && times == TimesOfDay.None)
        {
            return "did not say when it meets";
        }

        var days = string.Join(", ", weekdays.Numbers().Select(number => DayNames[number - 1]));
        var parts = string.Join(" or ", times.Numbers().Select(number => Parts[number - 1]));
        return $"meets {days}{(days.Length > 0 && parts.Length > 0 ? " " : string.Empty)}{parts}";
    }

    private static readonly string[] DayNames = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    private static readonly string[] Parts = ["in the morning", "in the afternoon", "in the evening"];

    private static string Words(Track track) => track switch
    {
        Track.SubstanceUse => "substance use",
        Track.MentalHealth => "mental health",
        Track.DualDiagnosis => "dual diagnosis",
        _ => "eating disorders",
    };

    private static string Words(LevelOfCare level) => level switch
    {
        LevelOfCare.Outpatient => "outpatient",
        LevelOfCare.IntensiveOutpatient => "intensive outpatient",
        LevelOfCare.PartialHospitalization => "partial hospitalization",
        LevelOfCare.Residential => "residential",
        _ => "inpatient",
    };
}
