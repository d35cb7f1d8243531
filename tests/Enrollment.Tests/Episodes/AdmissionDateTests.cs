using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Intake;
using Platform.Enrollment.V1;
using Platform.Shared.Time;

namespace Platform.Enrollment.Episodes;

/// <summary>A day of admission that was recorded wrongly is corrected, with all that follows from it.</summary>
public sealed class AdmissionDateTests(Hosts hosts)
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task The_course_the_census_the_wait_and_the_scores_follow_the_corrected_day(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (site, program) = await world.OpenProgramAsync(licensed: 5);
        var episode = await world.AdmitSinceAsync(program, 10);
        await world.ScreenAsync(episode.PersonId, site, V1.Instrument.Gad7, IntakeWorld.Gad7(18), World.Today(-9));
        await world.ScreenAsync(episode.PersonId, site, V1.Instrument.Gad7, IntakeWorld.Gad7(8));
        (await CensusAsync(world, program, 10), await CensusAsync(world, program, 4)).ShouldBe((1, 1));

        var requestId = World.NewId();
        var corrected = (await CorrectAsync(world, episode, daysAgo: 4, requestId: requestId)).Episode;
        (await CorrectAsync(world, episode, daysAgo: 4, requestId: requestId)).Episode.ShouldBe(corrected);
        (corrected.AdmittedOn, corrected.Etag == episode.Etag).ShouldBe((World.Today(-4), false));
        (await World.FailureAsync(CorrectAsync(world, episode, daysAgo: 3), StatusCode.Aborted)).ShouldNotBeEmpty();
        (await World.FailureAsync(CorrectAsync(world, corrected, daysAgo: 4), StatusCode.FailedPrecondition)).ShouldBe("ADMISSION_DATE_UNCHANGED");
        (await CensusAsync(world, program, 10), await CensusAsync(world, program, 5), await CensusAsync(world, program, 4)).ShouldBe((0, 0, 1));
        var history = await world.HistoryAsync(episode.Id);
        history.Stays.ShouldHaveSingleItem().From.ShouldBe(World.Today(-4));
        var correction = history.Corrections.ShouldHaveSingleItem();
        (correction.Was, correction.AdmittedOn, correction.Reason).ShouldBe((World.Today(-10), World.Today(-4), "A slip."));
        var trend = await world.Outcomes().GetScoreTrendAsync(
            new() { PersonId = episode.PersonId, Instrument = V1.Instrument.Gad7 }, world.Operator);
        trend.Screenings.Select(s => s.Points[0].Score).ShouldBe([18, 8], "a score shortly before the admission is the one at intake");
        (await world.Assessments().ListScreeningsAsync(new() { PersonId = episode.PersonId }, world.Operator))
            .Screenings.Select(s => s.EpisodeId).ShouldBe([episode.Id, ""]);
        await ShouldBeCountedAsync(world);

        // And back, for an episode that has ended: its length follows.
        var discharged = (await world.DischargeOnAsync(corrected, daysAgo: 1)).Episode;
        var last = (await CorrectAsync(world, discharged, daysAgo: 20)).Episode;
        (last.AdmittedOn, last.Status).ShouldBe((World.Today(-20), V1.EpisodeStatus.Discharged));
        await ShouldBeCountedAsync(world);
        (await world.ReadAsync((db, ct) => db.PlanDues.CountAsync(ct))).ShouldBe(0);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_later_day_is_refused_while_a_day_of_service_stands_before_it(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 5);
        var episode = await world.AdmitSinceAsync(program, 10);
        var attendance = await hosts.AttendanceAsync();
        attendance.Add(episode.Id, World.Today(-10), marked: false);
        attendance.Add(episode.Id, World.Today(-8), marked: true);
        (await World.FailureAsync(CorrectAsync(world, episode, daysAgo: 7), StatusCode.FailedPrecondition)).ShouldBe("EPISODE_SERVED_BEFORE");
        (await CorrectAsync(world, episode, daysAgo: 8)).Episode.AdmittedOn.ShouldBe(World.Today(-8));
    }

    [Fact]
    public async Task The_day_lies_between_the_episode_before_and_the_first_change_and_is_corrected_by_who_may()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (site, program) = await world.OpenProgramAsync(licensed: 5);
        var (_, other) = await world.OpenProgramAsync(licensed: 5);
        var first = await world.AdmitSinceAsync(program, 30);
        await world.DischargeOnAsync(first, daysAgo: 20);
        var second = await world.AdmitSinceAsync(program, 12, await world.ReferAgainAsync(first.PersonId));
        second.DaysSincePrevious.ShouldBe(8);
        second = (await world.TransferAsync(second, other, daysAgo: 5)).Episode;
        foreach (var wrong in new[] { 21, 4, -1 })
            await World.FailureAsync(CorrectAsync(world, second, wrong), StatusCode.InvalidArgument);
        await World.FailureAsync(
            CorrectAsync(world, second, 15, world.Tokens.SiteAdmin(world.Network, Guid.Parse(site))), StatusCode.NotFound);
        await World.FailureAsync(CorrectAsync(world, second, 15, world.Tokens.Clinician(world.Network)), StatusCode.PermissionDenied);
        (await CorrectAsync(world, second, 15)).Episode.DaysSincePrevious.ShouldBe(5);
        (await world.HistoryAsync(second.Id)).Stays.Select(s => (s.From, s.To)).ShouldBe(
            [(World.Today(-15), World.Today(-5)), (World.Today(-5), "")]);
        await ShouldBeCountedAsync(world);
    }

    private static AsyncUnaryCall<CorrectAdmissionDateResponse> CorrectAsync(
        World world, V1.Episode episode, int daysAgo, Metadata? headers = null, string? requestId = null) =>
        world.Changes().CorrectAdmissionDateAsync(
            new()
            {
                RequestId = requestId ?? World.NewId(), EpisodeId = episode.Id, Etag = episode.Etag, AdmittedOn = World.Today(-daysAgo),
                Reason = "A slip.",
            },
            headers ?? world.Operator);

    private static async Task<long> CensusAsync(World world, string programId, int daysAgo)
    {
        var (program, on) = (Guid.Parse(programId), LocalDays.DayAt(DateTimeOffset.UtcNow, World.Zone).AddDays(-daysAgo));
        return await world.ReadAsync((db, ct) => db.Tallies
            .Where(t => t.ProgramId == program && t.Measure == Census.Measure.Persons && t.Span == Census.Span.Day && t.StartsOn <= on)
            .SumAsync(t => t.Count, ct));
    }

    /// <summary>What is tallied is what the rows say.</summary>
    private static async Task ShouldBeCountedAsync(World world) =>
        (await new Census.TallyRebuild(Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions
            .GetRequiredService<Platform.Shared.Persistence.Database<EnrollmentDbContext>>(world.Host.Services))
            .RebuildAsync(world.Network, TestContext.Current.CancellationToken)).ShouldBe(0);
}
