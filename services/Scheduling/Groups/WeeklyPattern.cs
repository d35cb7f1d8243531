using Platform.Shared.Time;

namespace Platform.Scheduling.Groups;

/// <summary>When a group meets: on some days of the week, at a site-local time, from a first to a last day.</summary>
/// <param name="Weekdays">On which days.</param>
/// <param name="StartsAt">Site-local time of day; kept through daylight saving.</param>
/// <param name="Length">How long a session lasts.</param>
/// <param name="First">First day.</param>
/// <param name="Last">Last day, included.</param>
internal sealed record WeeklyPattern(
    IReadOnlySet<DayOfWeek> Weekdays, TimeOnly StartsAt, TimeSpan Length, DateOnly First, DateOnly Last)
{
    /// <summary>All its meetings, in order.</summary>
    /// <param name="timeZone">IANA time zone of the site.</param>
    public IEnumerable<Meeting> Meetings(string timeZone)
    {
        for (var day = First; day <= Last; day = day.AddDays(1))
        {
            if (Weekdays.Contains(day.DayOfWeek))
            {
                var start = LocalDays.InstantAt(day, StartsAt, timeZone);
                yield return new Meeting(day, start, start + Length);
            }
        }
    }
}

/// <summary>One meeting of a pattern.</summary>
/// <param name="On">Site-local day.</param>
/// <param name="StartsAt">When it begins.</param>
/// <param name="EndsAt">When it ends.</param>
internal readonly record struct Meeting(DateOnly On, DateTimeOffset StartsAt, DateTimeOffset EndsAt);
