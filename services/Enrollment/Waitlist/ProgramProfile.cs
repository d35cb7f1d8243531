using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.RulePacks;
using Platform.Enrollment.Sites;
using Platform.Shared.Time;

namespace Platform.Enrollment.Waitlist;

/// <summary>A program as those see it who wait for a place: where it is, and whom it suits.</summary>
internal sealed record ProgramProfile(
    Guid ProgramId,
    Guid SiteId,
    Guid? RegionId,
    Track Track,
    AgeGroup AgeGroup,
    LevelOfCare Level,
    Delivery Delivery,
    Weekdays Weekdays,
    TimesOfDay TimesOfDay,
    IReadOnlyList<string> VirtualStates,
    IReadOnlyList<string> Languages,
    IReadOnlyList<AcceptedPayer> Payers,
    string State,
    string TimeZone)
{
    /// <summary>Whatever somebody may wait for to be offered a place here: the program, its site, its region.</summary>
    public IReadOnlyList<Guid> Targets => RegionId is { } region ? [ProgramId, SiteId, region] : [ProgramId, SiteId];

    /// <summary>By what rules vary here.</summary>
    public RuleScope Scope => new(State, Track, Level);

    /// <summary>Whether a language is spoken; English is everywhere and on no list.</summary>
    public bool Speaks(string language) =>
        language.Equals("English", StringComparison.OrdinalIgnoreCase) || Languages.Contains(language, StringComparer.OrdinalIgnoreCase);

    /// <summary>The day at the site.</summary>
    public DateOnly DayAt(DateTimeOffset now) => LocalDays.DayAt(now, TimeZone);
}

/// <summary>Reads the profiles of programs.</summary>
internal static class ProgramProfiles
{
    /// <summary>The profile of a program; null when there is none in the network.</summary>
    public static async Task<ProgramProfile?> FindProfileAsync(
        this EnrollmentDbContext db, Guid programId, CancellationToken cancellationToken) =>
        (await db.ReadProfilesAsync(db.Programs.Where(p => p.Id == programId), cancellationToken)).SingleOrDefault();

    /// <summary>The profiles of programs.</summary>
    public static async Task<IReadOnlyList<ProgramProfile>> ReadProfilesAsync(
        this EnrollmentDbContext db, IQueryable<CareProgram> programs, CancellationToken cancellationToken)
    {
        var rows = await (
            from program in programs.AsNoTracking()
            join site in db.Sites.AsNoTracking() on program.SiteId equals site.Id
            select new { Program = program, Site = site }).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => Of(row.Program, row.Site));
    }

    private static ProgramProfile Of(CareProgram program, Site site) => new(
        program.Id,
        site.Id,
        site.RegionId,
        program.Track,
        program.AgeGroup,
        program.Level,
        program.Delivery,
        program.Weekdays,
        program.TimesOfDay,
        program.VirtualStates,
        site.Languages,
        site.Payers,
        site.State,
        site.TimeZone);
}
