using System.Globalization;
using Platform.Scheduling.V1;
using Platform.Shared.Errors;

namespace Platform.Scheduling.Groups;

/// <summary>Requests for new groups.</summary>
internal static class GroupRequest
{
    public const int MostSessions = 400;

    /// <summary>Parses the request.</summary>
    /// <exception cref="DomainException">INVALID_ARGUMENT, with everything that is wrong.</exception>
    public static WantedGroup Parse(V1.Group? given, int defaultMaximum)
    {
        given ??= new V1.Group();
        var validation = new Validation();
        var site = validation.Id(given.SiteId, "group.site_id");
        var program = validation.Id(given.ProgramId, "group.program_id");
        var name = validation.Text(given.Name, "group.name");
        var component = validation.Choice(given.Component, "group.component");
        var facilitator = validation.Id(given.FacilitatorId, "group.facilitator_id");
        var first = validation.Day(given.FirstOn, "group.first_on");
        var last = validation.Day(given.LastOn, "group.last_on");
        validation.Require(first <= last, "group.last_on", "must not be before first_on");
        validation.Require(last.DayNumber - first.DayNumber <= 731, "group.last_on", "must be within two years of first_on");
        var minutes = validation.Number(given.Minutes, "group.minutes", 15, 8 * 60);
        var maximum = given.Maximum == 0 ? defaultMaximum : validation.Number(given.Maximum, "group.maximum", 1, 100);
        if (!TimeOnly.TryParseExact(given.StartsAt, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var startsAt))
        {
            validation.Fail("group.starts_at", "is not a time of day such as 09:00");
        }

        validation.Require(given.Weekdays.Count > 0, "group.weekdays", "needs at least one day");
        var weekdays = new HashSet<DayOfWeek>();
        for (var i = 0; i < given.Weekdays.Count; i++)
        {
            var day = validation.Choice(given.Weekdays[i], $"group.weekdays[{i}]");
            validation.Require(weekdays.Add((DayOfWeek)((int)day % 7)), $"group.weekdays[{i}]", "is given twice");
        }

        validation.ThrowIfInvalid();
        return new WantedGroup(
            site, program, name, GroupMessages.Code(component),
            new WeeklyPattern(weekdays, startsAt, TimeSpan.FromMinutes(minutes), first, last),
            facilitator, maximum);
    }
}
