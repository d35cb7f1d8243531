using Platform.Enrollment.Referrals;

namespace Platform.Enrollment.Episodes;

public sealed class LevelDifferenceTests
{
    private const LevelOfCare Op = LevelOfCare.Outpatient;
    private const LevelOfCare Iop = LevelOfCare.IntensiveOutpatient;
    private const LevelOfCare Php = LevelOfCare.PartialHospitalization;

    private static int authorizations;

    [Fact]
    public void Nothing_differs_where_nothing_was_ever_authorized() => Between([Stay(1, Iop, 1)]).ShouldBeEmpty();

    [Fact]
    public void Days_without_an_authorization_differ_once_there_is_any() =>
        Between([Stay(1, Iop, 1)], Authorized(Iop, 5, 10)).ShouldBe(
            [new(Day(1), Day(4), Iop, null), new(Day(11), null, Iop, null)]);

    [Fact]
    public void Of_two_authorizations_for_a_day_the_later_one_stands() =>
        Between([Stay(1, Iop, 1, 20)], Authorized(Iop, 1, 20), Authorized(Op, 8, 12)).ShouldBe([new(Day(8), Day(12), Iop, Op)]);

    [Fact]
    public void Authorizations_that_follow_each_other_at_one_level_are_one_difference() =>
        Between([Stay(1, Php, 1, 20)], Authorized(Iop, 1, 10), Authorized(Iop, 11, 20)).ShouldBe([new(Day(1), Day(20), Php, Iop)]);

    [Fact]
    public void The_day_of_a_change_is_of_the_level_that_follows_and_the_day_of_discharge_is_in_care() =>
        Between([Stay(1, Iop, 1, 8), Stay(2, Op, 8, 12)], Authorized(Iop, 1, 30)).ShouldBe([new(Day(8), Day(12), Op, Iop)]);

    [Fact]
    public void Days_before_the_admission_and_after_the_discharge_do_not_count() =>
        Between([Stay(1, Iop, 5, 8)], Authorized(Op, 1, 30)).ShouldBe([new(Day(5), Day(8), Iop, Op)]);

    private static IReadOnlyList<LevelDifference> Between(EpisodeStay[] stays, params AuthorizedLevel[] authorized) =>
        LevelDifference.Between(stays, authorized);

    private static DateOnly Day(int day) => new(2026, 3, day);

    private static EpisodeStay Stay(int number, LevelOfCare level, int from, int? to = null)
    {
        var stay = new EpisodeStay { Number = number, Level = level, From = Day(from) };
        if (to is { } end)
        {
            stay.End(Day(end));
        }

        return stay;
    }

    private static AuthorizedLevel Authorized(LevelOfCare level, int from, int to) => new()
    {
        Id = new Guid(Interlocked.Increment(ref authorizations), 0, 0, new byte[8]), Level = level, From = Day(from), To = Day(to),
    };
}
