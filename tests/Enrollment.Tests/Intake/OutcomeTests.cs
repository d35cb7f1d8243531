using Grpc.Core;
using Platform.Enrollment.V1;
using Platform.Shared.Errors;
using static Platform.Enrollment.Episodes.Course;

namespace Platform.Enrollment.Intake;

/// <summary>Which scores count for an episode, and how outcomes are asked for.</summary>
public sealed class OutcomeTests(Hosts hosts)
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_score_of_between_a_discharge_and_its_withdrawal_is_of_the_episode_that_goes_on(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (site, program) = await world.OpenProgramAsync(licensed: 1);
        var episode = await world.AdmitSinceAsync(program, 20);
        await world.ScreenAsync(episode.PersonId, site, Instrument.Gad7, IntakeWorld.Gad7(15), World.Today(-10));
        episode = (await world.DischargeOnAsync(episode, daysAgo: 6)).Episode;
        var between = (await world.ScreenAsync(episode.PersonId, site, Instrument.Gad7, IntakeWorld.Gad7(4), World.Today(-3))).Screening;
        between.EpisodeId.ShouldBeEmpty();
        (await ChangesAsync()).ShouldBeEmpty();

        episode = (await world.ReinstateAsync(episode)).Episode;
        (await ChangesAsync()).ShouldBe([-11]);
        (await world.Assessments().ListScreeningsAsync(new() { PersonId = episode.PersonId }, world.Operator))
            .Screenings.ShouldAllBe(s => s.EpisodeId == episode.Id);

        await world.DischargeOnAsync(episode, daysAgo: 2);
        (await ChangesAsync()).ShouldBe([-11]);

        async Task<IEnumerable<int>> ChangesAsync() => (await world.Outcomes().GetProgramOutcomesAsync(
            new() { ProgramId = program, Instrument = Instrument.Gad7, FromMonth = World.Today(-40)[..7], ToMonth = World.Today()[..7] },
            world.Operator)).Scales.SelectMany(s => s.Changes).Select(c => c.Change);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_change_is_counted_at_the_program_where_the_episode_goes_on(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (site, program) = await world.OpenProgramAsync(licensed: 1);
        var (_, other) = await world.OpenProgramAsync(licensed: 1);
        var episode = await world.AdmitSinceAsync(program, 20);
        foreach (var (total, daysAgo) in new[] { (15, 20), (4, 10) })
            await world.ScreenAsync(episode.PersonId, site, Instrument.Gad7, IntakeWorld.Gad7(total), World.Today(-daysAgo));
        (await ChangesAsync(program), await ChangesAsync(other)).ShouldBe(("-11", ""));
        await world.TransferAsync(episode, other);
        (await ChangesAsync(program), await ChangesAsync(other)).ShouldBe(("", "-11"));

        async Task<string> ChangesAsync(string at) => string.Join(' ', (await world.Outcomes().GetProgramOutcomesAsync(
            new() { ProgramId = at, Instrument = Instrument.Gad7, FromMonth = World.Today(-40)[..7], ToMonth = World.Today()[..7] },
            world.Operator)).Scales.SelectMany(s => s.Changes).Select(c => c.Change));
    }

    [Theory]
    [InlineData("2026-03-09", "is not a month such as 2026-03")]
    [InlineData("2026-13", "is not a month such as 2026-03")]
    [InlineData("9999-12", Validation.PossibleDays)]
    [InlineData("", "is required")]
    public async Task A_month_is_asked_for_as_a_month(string month, string description)
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var error = await Should.ThrowAsync<RpcException>(async () => await world.Outcomes().GetProgramOutcomesAsync(
            new() { ProgramId = World.NewId(), Instrument = Instrument.Gad7, FromMonth = month, ToMonth = month }, world.Operator));
        error.ToDomainError().ShouldNotBeNull().Fields.ShouldContain(new FieldViolation("from_month", description));
    }
}
