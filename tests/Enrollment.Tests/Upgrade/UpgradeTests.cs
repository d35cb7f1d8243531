using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Platform.Enrollment.Census;
using Platform.Enrollment.Episodes;
using Platform.Enrollment.PlanJourneys;
using Platform.Enrollment.Plans;
using Platform.Enrollment.V1;
using Platform.Enrollment.Waitlist;
using Platform.Shared.Errors;
using Platform.Shared.Hosting;
using Platform.Shared.Persistence;
using Platform.Support;

namespace Platform.Enrollment.Upgrade;

/// <summary>What the first version left is there after the upgrade, is counted, and goes on.</summary>
public sealed class UpgradeTests
{
    [Fact]
    public async Task A_database_of_the_first_version_goes_on_in_every_network()
    {
        await using var database = await TestDatabase.CreateAsync("upgrade");
        var networks = await FirstDatabase.CreateAsync(database, networks: 2);
        using var tokens = new TestTokens();
        var settings = new Dictionary<string, string?> { ["ConnectionStrings:Redis"] = await TestServers.RedisAsync() };
        await using var host = await Hosts.StartAsync(tokens, database, settings);
        foreach (var rows in networks)
            await ShouldGoOnAsync(new World(host, tokens, database) { Network = rows.Network }, rows);
        (await RunAsync(host, "audit", "verify")).ShouldBe(0);
    }

    [Fact]
    public async Task What_a_process_of_the_first_version_writes_meanwhile_is_brought_up_by_the_next_migrate()
    {
        await using var database = await TestDatabase.CreateAsync("meanwhile");
        var rows = (await FirstDatabase.CreateAsync(database, networks: 1)).Single();
        using var tokens = new TestTokens();
        await using var host = await Hosts.StartAsync(tokens, database);
        var world = new World(host, tokens, database) { Network = rows.Network };
        await world.Host.Services.GetRequiredService<PlanPassWorker>().RunAsync(default);
        await world.Host.Services.GetRequiredService<PlanPassWorker>().RunAsync(default);
        await FirstDatabase.MeanwhileAsync(database, rows);
        (await PersonsAsync(world, 0)).ShouldBe(1);

        (await RunAsync(host, "migrate")).ShouldBe(0);

        (await PersonsAsync(world, 0)).ShouldBe(2);
        (await world.ReadAsync((db, ct) => db.Persons.CountAsync(p => p.FamilyCode == "", ct))).ShouldBe(0);
        await world.Host.Services.GetRequiredService<PlanPassWorker>().RunAsync(default);
        (await world.DueAsync()).Select(d => d.On).ShouldBe([World.Today(-5), World.Today(6)]);
        (await UpgradeAsync(host)).ShouldBeEmpty("a second run finds nothing to do");
    }

    [Fact]
    public async Task An_upgrade_that_is_broken_off_again_and_again_ends_as_one_that_is_not()
    {
        await using var database = await TestDatabase.CreateAsync("brokenoff");
        using var tokens = new TestTokens();
        await using var host = await Hosts.StartAsync(tokens, database);
        await using var connection = new NpgsqlConnection(database.AppConnectionString);
        await connection.OpenAsync();
        var networks = new[] { await FirstDatabase.WriteAsync(connection), await FirstDatabase.WriteAsync(connection) };

        var (done, brokenOff) = (false, 0);
        for (var atMost = 2; !done; atMost += 1 + (atMost / 4))
        {
            using var end = new CancellationTokenSource(atMost);
            try
            {
                await UpgradeAsync(host, end.Token);
                done = true;
            }
            catch (Exception e) when (e is OperationCanceledException or NpgsqlException or DomainException { Error.Kind: ErrorKind.Unavailable })
            {
                brokenOff++;
            }
        }

        brokenOff.ShouldBeGreaterThan(2);
        (await UpgradeAsync(host)).ShouldBeEmpty("a second run finds nothing to do");
        foreach (var rows in networks)
            await ShouldGoOnAsync(new World(host, tokens, database) { Network = rows.Network }, rows);
    }

    [Fact]
    public async Task An_embedded_file_of_the_first_version_goes_on_and_is_kept_as_it_was()
    {
        var folder = Directory.CreateTempSubdirectory("upgrade-");
        var file = Path.Combine(folder.FullName, "enrollment.db");
        var networks = await FirstFile.CreateAsync(file, networks: 2);
        using var tokens = new TestTokens();
        var settings = new Dictionary<string, string?> { ["Platform:DataDirectory"] = folder.FullName };
        await using (var host = await Hosts.StartAsync(tokens, settings: settings))
        {
            foreach (var rows in networks)
                await ShouldGoOnAsync(new World(host, tokens, database: null) { Network = rows.Network }, rows);
        }

        await using (var again = await Hosts.StartAsync(tokens, settings: settings))
        {
            var world = new World(again, tokens, database: null) { Network = networks[0].Network };
            (await PersonsAsync(world, 0)).ShouldBe(1);
        }

        folder.GetFiles().Select(f => f.Name).ShouldBe(["enrollment.db", $"enrollment.db.{FirstFile.Schema:x8}"], ignoreOrder: true);
        (await FirstFile.PersonsAsync($"{file}.{FirstFile.Schema:x8}")).ShouldBe(12);
        folder.Delete(recursive: true);
    }

    private static async Task ShouldGoOnAsync(World world, FirstVersion rows)
    {
        // What was counted before anything more happens.
        (await PersonsAsync(world, 0)).ShouldBe(1);
        (await PersonsAsync(world, 15)).ShouldBe(1, "one of those who are home now");
        (await PersonsAsync(world, 30)).ShouldBe(1);
        (await PersonsAsync(world, 150)).ShouldBe(1);
        (await PersonsAsync(world, 60)).ShouldBe(0);
        var occupancy = await world.Reports().GetOccupancyAsync(new() { To = World.Today() }, world.Operator);
        occupancy.Points.Select(p => (p.Licensed, p.Occupied)).ShouldBe([(6, 1)]);
        var funnel = await world.Reports().GetReferralFunnelAsync(new() { From = World.Today(-300), To = World.Today() }, world.Operator);
        (funnel.Total.Referrals, funnel.Total.Eligible, funnel.Total.Admitted).ShouldBe((7, 5, 4));
        var stays = await world.Reports().GetLengthOfStayAsync(new() { From = World.Today(-300), To = World.Today() }, world.Operator);
        (stays.Discharged, stays.MeanDays).ShouldBe((3, (20 + 20 + 90) / 3.0));
        (await world.Host.Services.GetRequiredService<TallyRebuild>().RebuildAsync(world.Network, default)).ShouldBe(0);
        (await world.ReadAsync((db, ct) => db.Persons.CountAsync(p => p.FamilyCode == "", ct))).ShouldBe(0);

        // Who came back, and who went home.
        var history = await world.Changes().GetEpisodeHistoryAsync(new() { EpisodeId = rows.OpenEpisode.ToString() }, world.Operator);
        history.Stays.Select(s => (s.From, s.To, s.Beginning)).ShouldBe([(World.Today(-12), "", V1.StayBeginning.Admission)]);
        (history.Episode.PreviousEpisodeId, history.Episode.DaysSincePrevious).ShouldBe((rows.FirstEpisode.ToString(), 8));
        (await ContactsAsync(world, rows.RecentlyDischarged)).ShouldBe([World.Today(2), World.Today(25)]);
        (await ContactsAsync(world, rows.FirstEpisode)).ShouldBeEmpty("in care again");
        (await ContactsAsync(world, rows.LongDischarged)).ShouldBeEmpty("too long ago");

        // Due days of plans.
        await world.Host.Services.GetRequiredService<PlanPassWorker>().RunAsync(default);
        (await world.DueAsync(withinDays: 0)).ShouldBe([(V1.DueKind.InitialPlan, World.Today(-5), true)]);

        // Whoever is recorded again is found, also under another spelling and with a slip in the birth date.
        var known = (await world.Persons.GetPersonAsync(new() { PersonId = rows.PersonInCare.ToString(), Purpose = Purpose.Treatment }, world.Operator)).Person;
        var again = await world.Referrals.CreateReferralAsync(
            new CreateReferralRequest
            {
                RequestId = World.NewId(), Source = ReferralSource.Self, ReferredOn = World.Today(),
                Person = new Person
                {
                    GivenName = known.GivenName, FamilyName = "Robertsen", Sex = Sex.Female,
                    BirthDate = DateOnly.Parse(known.BirthDate, CultureInfo.InvariantCulture).AddYears(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                },
            },
            world.Operator);
        again.Duplicates.Select(d => d.PersonId).ShouldBe([known.Id]);

        // The held place becomes an admission, the open episode moves and ends, and who waits gets a place.
        await world.AdmitAsync(rows.HeldOffer.ToString());
        var moved = (await world.TransferAsync(history.Episode, rows.OtherProgram.ToString())).Episode;
        await world.ShouldBalanceAsync(rows.Program.ToString());
        await world.ShouldBalanceAsync(rows.OtherProgram.ToString());
        await world.DischargeAsync(moved);
        (await PersonsAsync(world, 0)).ShouldBe(1);
        (await world.DueAsync()).Select(d => d.Kind).ShouldBe([V1.DueKind.InitialPlan], "the one who was just admitted");
        await world.Referrals.AnswerEligibilityAsync(World.Answers(rows.ReceivedReferral.ToString()), world.Operator);
        var entry = (await world.JoinAsync(rows.ReceivedReferral.ToString(), rows.OtherProgram.ToString())).Entry;
        (await world.OfferedAsync(entry)).ProgramId.ShouldBe(rows.OtherProgram.ToString());
        await world.ShouldBalanceAsync(rows.OtherProgram.ToString());
        (await world.SearchAsync()).Count.ShouldBe(2);
        (await world.Host.Services.GetRequiredService<TallyRebuild>().RebuildAsync(world.Network, default)).ShouldBe(0);
    }

    private static async Task<long> PersonsAsync(World world, int daysAgo) =>
        (await world.Reports().GetCensusAsync(new() { On = World.Today(-daysAgo) }, world.Operator)).Total.Persons;

    private static async Task<IReadOnlyList<string>> ContactsAsync(World world, Guid episodeId) =>
        [.. (await world.Aftercare().GetAftercareAsync(new() { EpisodeId = episodeId.ToString() }, world.Operator)).FollowUps.Select(f => f.DueOn)];

    private static Task<int> RunAsync(TestHost host, string verb, params string[] arguments) =>
        host.Services.GetServices<Verb>().Single(v => v.Name == verb).RunAsync(host.Services, arguments, default);

    private static Task<IReadOnlyList<string>> UpgradeAsync(TestHost host, CancellationToken cancellationToken = default) =>
        host.Services.GetRequiredService<RowUpgrade<EnrollmentDbContext>>()
            .RunAsync(host.Services.GetRequiredService<Database<EnrollmentDbContext>>(), cancellationToken);
}
