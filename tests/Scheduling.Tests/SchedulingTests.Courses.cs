using Grpc.Core;
using Platform.Contracts.Events.Enrollment;
using Platform.Scheduling.Episodes;

namespace Platform.Scheduling.Tests;

/// <summary>What becomes of bookings as an episode goes through transfers and leaves.</summary>
public abstract partial class SchedulingTests
{
    [Fact]
    public async Task A_transfer_releases_what_is_booked_at_the_old_program_and_the_new_one_can_be_booked()
    {
        var clinician = await RegisterAsync();
        var here = await CreateGroupAsync(clinician);
        var wanted = Group(clinician);
        (wanted.ProgramId, wanted.StartsAt) = (Known.OtherProgramId.ToString(), "13:00");
        var there = await CreateAsync(wanted);
        var episode = await AdmitAsync();
        await BookAsync(here, episode, "2026-06-01");
        var transfer = Changed(episode, 2, Stay(Known.ProgramId, 20, 36), Stay(Known.OtherProgramId, 36));
        await HandleAsync(new EpisodeCourseChangedHandler(), transfer);
        await HandleAsync(new EpisodeCourseChangedHandler(), transfer);
        (await SessionsAsync(here)).Select(s => s.Booked).ShouldBe([1, 1, 0, 0, 0, 0], "the day of the transfer is the new program's");
        (await StatusOfAsync(() => BookAsync(here, episode, "2026-06-08"))).ShouldNotBe(StatusCode.OK);
        (await StatusOfAsync(() => BookAsync(there, episode, "2026-06-03"))).ShouldBe(StatusCode.InvalidArgument);
        (await BookAsync(there, episode, "2026-06-05")).SessionsBooked.ShouldBe(4);
    }

    [Fact]
    public async Task A_person_who_moved_a_moment_ago_is_booked_at_the_new_program_before_its_event_comes()
    {
        var wanted = Group(await RegisterAsync());
        wanted.ProgramId = Known.OtherProgramId.ToString();
        var there = await CreateAsync(wanted);
        var episode = await AdmitAsync();
        AdmittedOn("2026-05-20", Known.OtherProgramId, episode);
        (await BookAsync(there, episode, "2026-06-01")).SessionsBooked.ShouldBe(6);
        await HandleAsync(new EpisodeCourseChangedHandler(), Changed(episode, 2, Stay(Known.ProgramId, 20, 32), Stay(Known.OtherProgramId, 32)));
        (await SessionsAsync(there)).Select(s => s.Booked).ShouldBe([1, 1, 1, 1, 1, 1]);
    }

    [Fact]
    public async Task A_leave_releases_the_sessions_ahead_and_books_none_until_the_return()
    {
        var group = await CreateGroupAsync(await RegisterAsync());
        var episode = await AdmitAsync();
        await BookAsync(group, episode, "2026-06-01");
        await HandleAsync(
            new EpisodeCourseChangedHandler(), Changed(episode, 2, Stay(Known.ProgramId, 20, 36), Stay(Known.ProgramId, 36, leave: true)));
        (await SessionsAsync(group)).Select(s => s.Booked).ShouldBe([1, 1, 0, 0, 0, 0]);
        (await StatusOfAsync(() => BookAsync(group, episode, "2026-06-08"))).ShouldBe(StatusCode.FailedPrecondition);
        await HandleAsync(
            new EpisodeCourseChangedHandler(),
            Changed(episode, 3, Stay(Known.ProgramId, 20, 36), Stay(Known.ProgramId, 36, 40, leave: true), Stay(Known.ProgramId, 40)));
        (await BookAsync(group, episode, "2026-06-10")).SessionsBooked.ShouldBe(2);
    }

    // All orders of what one episode went through: moved on 5 June, back on 8 June, discharged on 10 June.
    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(0, 2, 1)]
    [InlineData(1, 0, 2)]
    [InlineData(1, 2, 0)]
    [InlineData(2, 0, 1)]
    [InlineData(2, 1, 0)]
    public async Task Whatever_the_order_of_the_events_what_the_course_covers_stays_booked_and_nothing_else(int first, int second, int third)
    {
        var group = await CreateGroupAsync(await RegisterAsync());
        var episode = await AdmitAsync();
        await BookAsync(group, episode, "2026-06-01");
        var (before, away, back) = (Stay(Known.ProgramId, 20, 36), Stay(Known.OtherProgramId, 36, 39), Stay(Known.ProgramId, 39));
        Func<Task>[] events =
        [
            () => HandleAsync(new EpisodeCourseChangedHandler(), Changed(episode, 2, before, away with { To = null })),
            () => HandleAsync(new EpisodeCourseChangedHandler(), Changed(episode, 3, before, away, back)),
            () => HandleAsync(new EpisodeDischargedHandler(), new EpisodeDischarged(
                Guid.Parse(episode), 4, Guid.CreateVersion7(), Known.SiteId, Known.ProgramId, new DateOnly(2026, 5, 20),
                new DateOnly(2026, 6, 10), [before, away, back with { To = new DateOnly(2026, 6, 10) }])),
        ];
        foreach (var next in new[] { first, second, third })
        {
            await events[next]();
        }

        var booked = (await SessionsAsync(group)).Select(s => s.Booked).ToList();
        booked[..3].ShouldBe([1, 1, 0]);
        booked[5].ShouldBe(0, "after the discharge");
        if (first == 2)
        {
            booked.ShouldBe([1, 1, 0, 1, 1, 0], "the newest came first, and nothing older undid it");
        }
    }

    [Fact]
    public async Task A_corrected_day_of_admission_releases_what_lies_before_it_and_lets_book_from_it()
    {
        var group = await CreateGroupAsync(await RegisterAsync());
        var episode = await AdmitAsync();
        await BookAsync(group, episode, "2026-06-01");
        var later = Changed(episode, 2, Stay(Known.ProgramId, 36)) with { AdmittedOn = new DateOnly(2026, 6, 5) };
        await HandleAsync(new EpisodeCourseChangedHandler(), later);
        await HandleAsync(new EpisodeCourseChangedHandler(), later);
        (await SessionsAsync(group)).Select(s => s.Booked).ShouldBe([0, 0, 1, 1, 1, 1]);
        (await Should.ThrowAsync<RpcException>(() => BookAsync(group, episode, "2026-06-01"))).StatusCode.ShouldBe(StatusCode.InvalidArgument);
        await HandleAsync(
            new EpisodeCourseChangedHandler(),
            Changed(episode, 3, Stay(Known.ProgramId, 32)) with { AdmittedOn = new DateOnly(2026, 6, 1) });
        (await BookAsync(group, episode, "2026-06-01")).SessionsBooked.ShouldBe(2);
    }

    [Fact]
    public async Task A_discharge_that_is_taken_back_can_be_booked_again()
    {
        var group = await CreateGroupAsync(await RegisterAsync());
        var episode = await AdmitAsync();
        await DischargeAsync(episode, "2026-06-01");
        await HandleAsync(new EpisodeCourseChangedHandler(), Changed(episode, 3, Stay(Known.ProgramId, 20)));
        (await BookAsync(group, episode, "2026-06-01")).SessionsBooked.ShouldBe(6);
    }

    /// <summary>A stay from one day to another, counted from the first of May.</summary>
    private StayFacts Stay(Guid program, int from, int? to = null, bool leave = false) => new(
        Known.SiteId, program, 2, new DateOnly(2026, 5, 1).AddDays(from - 1), to is { } end ? new DateOnly(2026, 5, 1).AddDays(end - 1) : null, leave);

    private EpisodeCourseChanged Changed(string episode, long version, params StayFacts[] stays) => new(
        Guid.Parse(episode), version, Guid.CreateVersion7(), EpisodeChange.Transfer, Known.SiteId, stays[^1].ProgramId,
        new DateOnly(2026, 5, 20), stays);
}
