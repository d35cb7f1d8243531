using FsCheck;
using FsCheck.Fluent;
using Platform.Attendance.Tests.Support;
using Platform.Contracts.Events.Scheduling;

namespace Platform.Attendance.Tests;

/// <summary>Events of Scheduling come twice, late and in any order.</summary>
public sealed class ArrivalOrderTests(AttendanceHosts hosts)
{
    private const int Sessions = 4;
    private const int Patients = 3;

    /// <summary>A booking or a release of some sessions, in the order in which Scheduling made it.</summary>
    private sealed record Step(bool Book, int Patient, int[] Sessions);

    /// <summary>What was made, and the order in which it arrives; 0 is the group, n the n-th step.</summary>
    private sealed record Scenario(Step[] Steps, int[] Arrivals);

    private static readonly Gen<Step> Steps =
        from book in Gen.Frequency((2, Gen.Constant(true)), (1, Gen.Constant(false)))
        from patient in Gen.Choose(0, Patients - 1)
        from sessions in Gen.SubListOf(Enumerable.Range(0, Sessions)).Where(s => s.Count > 0)
        select new Step(book, patient, [.. sessions]);

    private static readonly Gen<Scenario> Scenarios =
        from steps in Steps.NonEmptyListOf()
        from twice in Gen.SubListOf(Enumerable.Range(0, steps.Count + 1))
        from arrivals in Gen.Shuffle(Enumerable.Range(0, steps.Count + 1).Concat(twice))
        select new Scenario([.. steps], arrivals);

    [Theory]
    [InlineData(Store.Postgres)]
    [InlineData(Store.Sqlite)]
    public void Events_in_any_order_and_number_leave_the_rolls_that_they_leave_in_order(Store store) =>
        Check(Scenarios, async scenario =>
        {
            var (inOrder, asTheyCome) = (new Network(await hosts.NewWorldAsync(store)), new Network(await hosts.NewWorldAsync(store)));
            for (var i = 0; i <= scenario.Steps.Length; i++)
                await inOrder.HandleAsync(scenario, i);
            foreach (var arrival in scenario.Arrivals)
                await asTheyCome.HandleAsync(scenario, arrival);
            (await asTheyCome.RollsAsync()).ShouldBe(await inOrder.RollsAsync());
        });

    [Fact]
    public async Task Events_that_come_at_once_leave_the_rolls_that_they_leave_in_order()
    {
        var scenario = new Scenario(
            [
                new Step(Book: true, 0, [0, 1, 2, 3]), new Step(Book: true, 1, [0, 1, 2, 3]), new Step(Book: false, 0, [1, 2]),
                new Step(Book: true, 2, [2, 3]), new Step(Book: true, 0, [2]), new Step(Book: false, 1, [3]),
            ],
            []);
        var inOrder = new Network(await hosts.NewWorldAsync(Store.Postgres));
        for (var i = 0; i <= scenario.Steps.Length; i++)
            await inOrder.HandleAsync(scenario, i);
        var expected = await inOrder.RollsAsync();
        for (var round = 0; round < 5; round++)
        {
            var atOnce = new Network(await hosts.NewWorldAsync(Store.Postgres));
            var arrivals = Enumerable.Range(0, scenario.Steps.Length + 1).ToArray();
            Random.Shared.Shuffle(arrivals);
            await Task.WhenAll(arrivals.Select(arrival => atOnce.HandleAsync(scenario, arrival)));
            (await atOnce.RollsAsync()).ShouldBe(expected);
        }
    }

    private static void Check<T>(Gen<T> generator, Func<T, Task> rule) =>
        Prop.ForAll(generator.ToArbitrary(), rule).Check(Config.QuickThrowOnFailure.WithMaxTest(15).WithEndSize(12).WithQuietOnSuccess(true));

    /// <summary>The same group and persons under ids of its own.</summary>
    private sealed class Network(World world)
    {
        private readonly SessionFacts[] sessions =
            [.. Enumerable.Range(0, Sessions).Select(i => world.Session(startsIn: TimeSpan.FromHours(-20 + (4 * i))))];

        private readonly Patient[] patients = [.. Enumerable.Range(0, Patients).Select(_ => World.NewPatient())];

        public Task HandleAsync(Scenario scenario, int made)
        {
            if (made == 0)
                return world.ScheduleAsync([.. sessions.Select(s => FactsAt(s, 1))]);
            var step = scenario.Steps[made - 1];
            var facts = step.Sessions.Select(i => FactsAt(sessions[i], made + 1)).ToArray();
            return step.Book
                ? world.BookAsync(patients[step.Patient], made, facts)
                : world.ReleaseAsync(patients[step.Patient], made, facts);
        }

        /// <summary>Each roll as one line: when it begins, and who is expected.</summary>
        public async Task<List<string>> RollsAsync()
        {
            var rolls = new List<string>();
            foreach (var session in sessions)
            {
                var roll = await world.RollAsync(session);
                var expected = roll.Attendances
                    .Select(a => $"{Array.FindIndex(patients, p => p.EpisodeId.ToString() == a.EpisodeId)} {a.Status}").Order(StringComparer.Ordinal);
                rolls.Add($"+{(roll.StartsAt.ToDateTimeOffset() - session.StartsAt).TotalMinutes} min: {string.Join(", ", expected)}");
            }

            return rolls;
        }

        /// <summary>The session begins a minute later with each version of its facts.</summary>
        private static SessionFacts FactsAt(SessionFacts session, int version) => session with
        {
            Version = version,
            StartsAt = session.StartsAt.AddMinutes(version),
            EndsAt = session.EndsAt.AddMinutes(version),
        };
    }
}
