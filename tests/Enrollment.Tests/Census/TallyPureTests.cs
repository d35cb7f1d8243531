using FsCheck;
using FsCheck.Fluent;

namespace Platform.Enrollment.Census;

public sealed class TallyPureTests
{
    [Fact]
    public void However_a_period_is_cut_every_day_lies_in_one_span_and_whole_ones_only()
    {
        var cases = (from start in Gen.Choose(0, 2000)
                     from length in Gen.Choose(-2, 1500)
                     from longest in Gen.Elements(Span.Day, Span.Month, Span.Year)
                     select (From: new DateOnly(2023, 1, 1).AddDays(start), length, longest)).ToArbitrary();
        Prop.ForAll(cases, c =>
        {
            var to = c.From.AddDays(c.length);
            var stretches = Spans.Cut(c.From, to, c.longest);
            var covered = stretches.SelectMany(s => Enumerable.Range(0, s.To.DayNumber - s.From.DayNumber + 1).Select(s.From.AddDays)).ToList();
            var days = Enumerable.Range(0, Math.Max(0, c.length + 1)).Select(c.From.AddDays);
            covered.ShouldBe(days);
            stretches.ShouldAllBe(s => s.Span.StartOf(s.From) == s.From && s.Span.StartOf(s.To.AddDays(1)) == s.To.AddDays(1));
            stretches.ShouldAllBe(s => s.Span <= c.longest);
            stretches.Count.ShouldBeLessThanOrEqualTo(5);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_length_lies_in_the_first_range_that_reaches_it()
    {
        for (var days = 0; days <= 1000; days++)
        {
            var range = DayRange.Of(days);
            DayRange.UpTo(range).ShouldBeGreaterThanOrEqualTo(days);
            (range == 0 ? -1 : DayRange.UpTo(range - 1)).ShouldBeLessThan(days);
        }
    }

    [Theory]
    [InlineData(0.25, 2)]
    [InlineData(0.5, 4)]
    [InlineData(0.75, 10)]
    [InlineData(0.9, 10)]
    public void A_percentile_is_the_least_length_that_so_many_do_not_exceed(double share, double expected) =>
        new Lengths([new(10, 3, 30), new(2, 3, 6), new(4, 2, 8)]).Percentile(share).ShouldBe(expected);

    [Fact]
    public void The_mean_is_exact_though_ranges_are_coarse() =>
        new Lengths([new(DayRange.Of(100), 1, 100), new(DayRange.Of(101), 1, 101)]).Mean.ShouldBe(100.5);

    [Theory]
    [InlineData("2026-03-01", "2026-03-01", 1)]
    [InlineData("2026-03-01", "2026-03-02", 1)]
    [InlineData("2026-03-01", "2026-03-31", 30)]
    public void The_day_of_discharge_does_not_count_unless_it_is_that_of_the_admission(string admitted, string discharged, int days) =>
        TallyParts.LengthOf(DateOnly.Parse(admitted), DateOnly.Parse(discharged)).ShouldBe(days);

    [Fact]
    public void Weeks_end_on_Sunday_and_the_last_step_ends_with_the_range()
    {
        OccupancyReport.Ends(new(2026, 3, 4), new(2026, 3, 17), V1.TrendStep.Week)
            .ShouldBe([new(2026, 3, 8), new(2026, 3, 15), new(2026, 3, 17)]);
        OccupancyReport.Ends(new(2026, 1, 31), new(2026, 3, 10), V1.TrendStep.Month)
            .ShouldBe([new(2026, 1, 31), new(2026, 2, 28), new(2026, 3, 10)]);
    }
}
