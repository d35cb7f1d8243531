using Platform.Enrollment.Referrals;
using Platform.Enrollment.Sites;
using Platform.Shared.Time;

namespace Platform.Enrollment.Capacity;

/// <summary>A site as the cache knows it, with its programs and their places.</summary>
/// <param name="Id">The site.</param>
/// <param name="Version">Version of all that is said here but the places: the site's and its programs' together, each of which only grows.</param>
/// <param name="Name">Display name.</param>
/// <param name="Point">Where it is.</param>
/// <param name="State">Two-letter code.</param>
/// <param name="TimeZone">IANA time zone in which its days are counted.</param>
/// <param name="Programs">Its programs.</param>
internal sealed record CachedSite(
    Guid Id, long Version, string Name, GeoPoint Point, string State, string TimeZone, IReadOnlyList<CachedProgram> Programs)
{
    /// <summary>The region that it belongs to; null when none.</summary>
    public Guid? RegionId { get; init; }

    /// <summary>Site-local day from which it takes nobody new; null while it is open.</summary>
    public DateOnly? ClosedOn { get; init; }

    /// <summary>Payers that it accepts; none when nobody said.</summary>
    public IReadOnlyList<AcceptedPayer> Payers { get; init; } = [];

    /// <summary>Languages other than English.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>A site as the store has it.</summary>
    public static CachedSite From(Site site, IEnumerable<(CareProgram Program, ProgramCapacity Capacity)> programs)
    {
        var rows = programs.ToList();
        return new CachedSite(
            site.Id, site.Version + rows.Sum(row => row.Program.Version), site.Name, site.Point, site.State, site.TimeZone,
            [.. rows.Select(row => CachedProgram.From(row.Program, row.Capacity.Counts))])
        {
            RegionId = site.RegionId,
            ClosedOn = site.ClosedOn,
            Payers = site.Payers,
            Languages = site.Languages,
        };
    }

    /// <summary>Whether a program of it takes new persons at a moment.</summary>
    public bool TakesNew(CachedProgram program, DateTimeOffset now) =>
        (ClosedOn is null && program.ClosedOn is null)
        || LocalDays.DayAt(now, TimeZone) is var today && !(today >= ClosedOn) && !(today >= program.ClosedOn);
}

/// <summary>A program as the cache knows it: its places, and what decides whom it suits.</summary>
/// <param name="Id">The program.</param>
/// <param name="Name">Display name.</param>
/// <param name="Track">What it treats.</param>
/// <param name="AgeGroup">Whom it treats.</param>
/// <param name="Counts">Its places. They have a version of their own.</param>
internal sealed record CachedProgram(
    Guid Id, string Name, Track Track, AgeGroup AgeGroup, PlaceCounts Counts)
{
    /// <summary>Level of care.</summary>
    public LevelOfCare Level { get; init; } = LevelOfCare.IntensiveOutpatient;

    /// <summary>On site or from afar.</summary>
    public Delivery Delivery { get; init; } = Delivery.OnSite;

    /// <summary>Days on which it meets; none when nobody said.</summary>
    public Weekdays Weekdays { get; init; }

    /// <summary>When in the day it meets; none when nobody said.</summary>
    public TimesOfDay TimesOfDay { get; init; }

    /// <summary>States in which persons may be while they take part from afar.</summary>
    public IReadOnlyList<string> VirtualStates { get; init; } = [];

    /// <summary>Site-local day from which it takes nobody new; null while it is open.</summary>
    public DateOnly? ClosedOn { get; init; }

    /// <summary>A program as the store has it.</summary>
    public static CachedProgram From(CareProgram program, PlaceCounts counts) =>
        new(program.Id, program.Name, program.Track, program.AgeGroup, counts)
        {
            Level = program.Level,
            Delivery = program.Delivery,
            Weekdays = program.Weekdays,
            TimesOfDay = program.TimesOfDay,
            VirtualStates = program.VirtualStates,
            ClosedOn = program.ClosedOn,
        };
}
