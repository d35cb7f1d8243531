using FsCheck;
using FsCheck.Fluent;
using Platform.Scheduling.Groups;

namespace Platform.Scheduling.Tests;

public class OverlapsTests
{
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Sessions_may_follow_each_other_without_a_gap() =>
        Overlaps.Any([Hours(0, 3)], [Hours(3, 6)]).ShouldBeFalse();

    [Fact]
    public void A_clash_of_the_last_occurrence_is_a_clash() =>
        Overlaps.Any([Hours(0, 3), Hours(24, 27), Hours(48, 51)], [Hours(10, 12), Hours(30, 32), Hours(50, 52)]).ShouldBeTrue();

    [Fact]
    public void It_finds_a_clash_exactly_when_two_intervals_share_a_moment()
    {
        var series = Gen.Choose(1, 5).Two().ListOf(8).Select(ToSeries);
        Prop.ForAll(series.Two().ToArbitrary(), both =>
        {
            var (left, right) = both;
            var shared = left.Any(l => right.Any(r => l.From < r.To && r.From < l.To));
            return Overlaps.Any(left, right) == shared;
        }).QuickCheckThrowOnFailure();
    }

    /// <summary>Gaps and lengths, one after the other: a series in order and without overlaps of its own.</summary>
    private static List<(DateTimeOffset From, DateTimeOffset To)> ToSeries(IList<(int Gap, int Length)> steps)
    {
        var at = 0;
        var result = new List<(DateTimeOffset, DateTimeOffset)>();
        foreach (var (gap, length) in steps)
        {
            at += gap - 1;
            result.Add(Hours(at, at + length));
            at += length;
        }

        return result;
    }

    private static (DateTimeOffset From, DateTimeOffset To) Hours(int from, int to) => (Start.AddHours(from), Start.AddHours(to));
}
