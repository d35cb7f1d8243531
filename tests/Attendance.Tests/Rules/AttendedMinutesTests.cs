using FsCheck;
using FsCheck.Fluent;
using Platform.Attendance.Rolls;

namespace Platform.Attendance.Tests.Rules;

public class AttendedMinutesTests
{
    private const int Length = 180 * 60;
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 13, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("00:00:00", "03:00:00", 180, nameof(AttendanceStatus.Present))]
    [InlineData("-00:30:00", "03:20:00", 180, nameof(AttendanceStatus.Present))] // outside of the session nothing counts
    [InlineData("00:00:59", "03:00:00", 179, nameof(AttendanceStatus.Present))]
    [InlineData("00:01:00", "03:00:00", 179, nameof(AttendanceStatus.Late))]
    [InlineData("00:10:30", "03:00:00", 169, nameof(AttendanceStatus.Late))]
    [InlineData("00:00:00", "02:59:01", 179, nameof(AttendanceStatus.Present))]
    [InlineData("00:00:00", "02:59:00", 179, nameof(AttendanceStatus.LeftEarly))]
    [InlineData("00:10:00", "02:50:00", 160, nameof(AttendanceStatus.LeftEarly))]
    [InlineData("-00:30:00", "-00:05:00", 0, nameof(AttendanceStatus.LeftEarly))]
    [InlineData("01:00:00", "01:00:00", 0, nameof(AttendanceStatus.LeftEarly))]
    [InlineData("01:00:00", "01:00:59", 0, nameof(AttendanceStatus.LeftEarly))]
    public void Minutes_are_whole_and_of_the_session_alone(string from, string to, int minutes, string status)
    {
        var (arrives, leaves) = (Start + TimeSpan.Parse(from, null), Start + TimeSpan.Parse(to, null));
        AttendedMinutes.Between(arrives, leaves, Start, At(Length)).ShouldBe(minutes);
        AttendedMinutes.Status(arrives, leaves, Start, At(Length)).ToString().ShouldBe(status);
    }

    [Fact]
    public void Nobody_attends_longer_than_there_or_than_the_session_and_a_pause_never_adds_minutes() =>
        Prop.ForAll(Gen.Choose(-3600, Length + 3600).ListOf(3).ToArbitrary(), seconds =>
        {
            var times = seconds.Order().ToArray();
            var whole = Between(times[0], times[2]);
            var halves = Between(times[0], times[1]) + Between(times[1], times[2]);
            return whole >= 0 && whole <= 180 && whole <= (times[2] - times[0]) / 60 && halves <= whole && halves >= whole - 1;
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true));

    private static int Between(int from, int to) => AttendedMinutes.Between(At(from), At(to), Start, At(Length));

    private static DateTimeOffset At(int second) => Start.AddSeconds(second);
}
