using Platform.Attendance.Rolls;
using Platform.Contracts.Events.Scheduling;
using Platform.Shared.Errors;

namespace Platform.Attendance.Tests.Rules;

public class RollTests
{
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 13, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = Start.AddHours(3);
    private readonly Guid episode = Guid.CreateVersion7();
    private readonly Guid person = Guid.CreateVersion7();
    private readonly Roll roll = new() { SessionId = Guid.CreateVersion7(), NetworkId = Guid.CreateVersion7() };

    public RollTests()
    {
        roll.Learn(Facts(version: 1));
        roll.Expect(episode, person, 1);
    }

    [Fact]
    public void Nobody_leaves_before_coming() => Refused(() => roll.CheckOut(episode, Start)).ShouldBe("NOT_CHECKED_IN");

    [Fact]
    public void Nobody_comes_twice_and_nobody_leaves_twice()
    {
        roll.CheckIn(episode, Start);
        Refused(() => roll.CheckIn(episode, Start.AddMinutes(5))).ShouldBe("ALREADY_CHECKED_IN");
        roll.CheckOut(episode, End);
        Refused(() => roll.CheckOut(episode, End)).ShouldBe("ALREADY_MARKED");
        Refused(() => roll.CheckIn(episode, End.AddMinutes(-1))).ShouldBe("ALREADY_MARKED");
    }

    [Fact]
    public void Whoever_came_is_not_absent_and_whoever_is_absent_does_not_come()
    {
        roll.CheckIn(episode, Start);
        Refused(() => roll.MarkAbsent(episode, excused: true)).ShouldBe("ALREADY_MARKED");
        var other = Guid.CreateVersion7();
        roll.Expect(other, person, 1);
        roll.MarkAbsent(other, excused: true).Status.ShouldBe(AttendanceStatus.Excused);
        Refused(() => roll.CheckIn(other, Start)).ShouldBe("ALREADY_MARKED");
    }

    [Fact]
    public void People_come_from_an_hour_before_until_the_end()
    {
        Refused(() => roll.CheckIn(episode, Start.AddMinutes(-61))).ShouldBe("INVALID_ARGUMENT");
        Refused(() => roll.CheckIn(episode, End)).ShouldBe("INVALID_ARGUMENT");
        roll.CheckIn(episode, Start.AddMinutes(-60)).CheckedInAt.ShouldBe(Start.AddMinutes(-60));
    }

    [Fact]
    public void Nobody_leaves_earlier_than_they_came()
    {
        roll.CheckIn(episode, Start.AddMinutes(10));
        Refused(() => roll.CheckOut(episode, Start.AddMinutes(9))).ShouldBe("INVALID_ARGUMENT");
    }

    [Fact]
    public void Who_is_not_booked_is_not_marked()
    {
        Refused(() => roll.CheckIn(Guid.CreateVersion7(), Start)).ShouldBe("NOT_FOUND");
        roll.Release(episode, 2);
        Refused(() => roll.CheckIn(episode, Start)).ShouldBe("NOT_FOUND");
    }

    [Fact]
    public void The_facilitator_alone_signs_after_the_end_when_everyone_is_out()
    {
        roll.CheckIn(episode, Start);
        Refused(() => roll.Sign("another", End)).ShouldBe("NOT_FACILITATOR");
        Refused(() => roll.Sign("facilitator", End.AddSeconds(-1))).ShouldBe("SESSION_NOT_ENDED");
        Refused(() => roll.Sign("facilitator", End)).ShouldBe("STILL_CHECKED_IN");
        roll.SignedAt.ShouldBeNull();
        roll.CheckOut(episode, End);
        roll.Sign("facilitator", End);
        roll.SignedAt.ShouldBe(End);
    }

    [Fact]
    public void Whoever_has_no_mark_when_the_roll_is_signed_did_not_come()
    {
        roll.Sign("facilitator", End);
        var line = roll.Expected.ShouldHaveSingleItem();
        line.Status.ShouldBe(AttendanceStatus.NoShow);
        line.Minutes.ShouldBe(0);
    }

    [Fact]
    public void A_signed_roll_is_locked()
    {
        roll.Sign("facilitator", End);
        var signed = roll.Version;
        Refused(() => roll.CheckIn(episode, Start)).ShouldBe("ROLL_SIGNED");
        Refused(() => roll.CheckOut(episode, End)).ShouldBe("ROLL_SIGNED");
        Refused(() => roll.MarkAbsent(episode, excused: true)).ShouldBe("ROLL_SIGNED");
        Refused(() => roll.Sign("facilitator", End)).ShouldBe("ROLL_SIGNED");
        roll.Learn(Facts(version: 2, later: 1));
        roll.Release(episode, 2).ShouldBeFalse();
        roll.StartsAt.ShouldBe(Start);
        roll.Expected.ShouldHaveSingleItem();
        roll.Version.ShouldBe(signed);
    }

    [Fact]
    public void Who_is_booked_on_a_signed_roll_was_seen_by_nobody()
    {
        roll.Sign("facilitator", End);
        roll.Expect(Guid.CreateVersion7(), person, 1)!.Status.ShouldBe(AttendanceStatus.NoShow);
    }

    [Fact]
    public void Of_bookings_and_releases_the_highest_version_stands_in_whatever_order_they_come()
    {
        var (late, early) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        roll.Release(late, 2).ShouldBeFalse();
        roll.Expect(late, person, 1).ShouldBeNull();
        roll.Expected.ShouldNotContain(l => l.EpisodeId == late);
        roll.Expect(late, person, 3).ShouldNotBeNull();
        roll.Release(late, 2).ShouldBeFalse();
        roll.Expected.ShouldContain(l => l.EpisodeId == late && l.PersonId == person);

        roll.Expect(early, person, 1).ShouldNotBeNull();
        roll.Expect(early, person, 1).ShouldBeNull();
        roll.Release(early, 2).ShouldBeTrue();
        roll.Release(early, 2).ShouldBeFalse();
        roll.Expected.ShouldNotContain(l => l.EpisodeId == early);
    }

    [Fact]
    public void Attendance_stays_whatever_is_released_or_booked_afterwards()
    {
        roll.CheckIn(episode, Start);
        roll.Release(episode, 2).ShouldBeFalse();
        roll.Expect(episode, person, 3);
        var line = roll.CheckOut(episode, End);
        roll.Expect(episode, person, 5);
        line.Status.ShouldBe(AttendanceStatus.Present);
        line.Minutes.ShouldBe(180);
        roll.Sign("facilitator", End);
        line.Status.ShouldBe(AttendanceStatus.Present);
    }

    [Fact]
    public void Older_facts_of_the_session_change_nothing()
    {
        roll.Learn(Facts(version: 3, later: 30));
        roll.Learn(Facts(version: 2, later: 15));
        roll.StartsAt.ShouldBe(Start.AddMinutes(30));
    }

    [Fact]
    public void Every_mark_makes_a_new_version()
    {
        var versions = new List<long> { roll.Version };
        roll.CheckIn(episode, Start);
        versions.Add(roll.Version);
        roll.CheckOut(episode, End);
        versions.Add(roll.Version);
        roll.Expect(Guid.CreateVersion7(), person, 1);
        versions.Add(roll.Version);
        roll.Sign("facilitator", End);
        versions.Add(roll.Version);
        versions.ShouldBe(versions.Distinct().Order());
    }

    private SessionFacts Facts(long version, int later = 0) => new(
        roll.SessionId, version, Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), "GROUP_THERAPY", new DateOnly(2026, 6, 1),
        Start.AddMinutes(later), End.AddMinutes(later), Guid.CreateVersion7(), "facilitator");

    private static string Refused(Action action) => Should.Throw<DomainException>(action).Error.Code;
}
