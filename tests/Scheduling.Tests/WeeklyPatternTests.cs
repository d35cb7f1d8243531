using Platform.Scheduling.Groups;
using Platform.Shared.Time;

namespace Platform.Scheduling.Tests;

public class WeeklyPatternTests
{
    private const string NewYork = "America/New_York";

    [Fact]
    public void A_group_at_nine_is_at_nine_all_year_though_clocks_change()
    {
        var meetings = Pattern([DayOfWeek.Sunday, DayOfWeek.Monday], new TimeOnly(9, 0), "2026-01-01", "2026-12-31")
            .Meetings(NewYork).ToList();

        meetings.ShouldAllBe(m => TimeZoneInfo.ConvertTime(m.StartsAt, TimeZoneInfo.FindSystemTimeZoneById(NewYork)).TimeOfDay == TimeSpan.FromHours(9));
        meetings.Select(m => m.StartsAt.UtcDateTime.Hour).Distinct().Order().ShouldBe([13, 14]);
        meetings.ShouldAllBe(m => m.EndsAt - m.StartsAt == TimeSpan.FromHours(3));
    }

    [Fact]
    public void A_time_that_the_clock_skips_moves_forward_by_the_gap()
    {
        // 2:30 on 8 March 2026 does not exist in New York; an hour later it is 3:30 daylight time, 7:30 UTC.
        var meeting = Pattern([DayOfWeek.Sunday], new TimeOnly(2, 30), "2026-03-08", "2026-03-08").Meetings(NewYork).Single();
        meeting.StartsAt.ShouldBe(new DateTimeOffset(2026, 3, 8, 7, 30, 0, TimeSpan.Zero));
        meeting.On.ShouldBe(new DateOnly(2026, 3, 8));
    }

    [Fact]
    public void A_time_that_comes_twice_means_the_first()
    {
        // 1:30 on 1 November 2026 comes twice in New York: first in daylight time, 5:30 UTC.
        var meeting = Pattern([DayOfWeek.Sunday], new TimeOnly(1, 30), "2026-11-01", "2026-11-01").Meetings(NewYork).Single();
        meeting.StartsAt.ShouldBe(new DateTimeOffset(2026, 11, 1, 5, 30, 0, TimeSpan.Zero));
    }

    [Fact]
    public void It_meets_on_its_weekdays_from_the_first_day_to_the_last_both_included() =>
        Pattern([DayOfWeek.Monday, DayOfWeek.Wednesday, DayOfWeek.Friday], new TimeOnly(18, 0), "2026-06-01", "2026-06-12")
            .Meetings(NewYork).Select(m => m.On.ToIso())
            .ShouldBe(["2026-06-01", "2026-06-03", "2026-06-05", "2026-06-08", "2026-06-10", "2026-06-12"]);

    private static WeeklyPattern Pattern(HashSet<DayOfWeek> days, TimeOnly at, string first, string last) =>
        new(days, at, TimeSpan.FromHours(3), DateOnly.Parse(first), DateOnly.Parse(last));
}
