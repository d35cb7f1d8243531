using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Enrollment.Sites;
using Platform.Enrollment.V1;
using Platform.Enrollment.Waitlist;
using Platform.Shared.Time;

namespace Platform.Enrollment.Capacity;

/// <summary>Licensed capacity by date.</summary>
public sealed class CapacityScheduleTests(Hosts hosts)
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_number_entered_today_holds_from_its_day_on(Store store)
    {
        await using var clocked = await ClockedHost.StartAsync(store);
        var world = clocked.World;
        var (siteId, programId) = await world.OpenProgramAsync(10);
        var scheduled = (await world.ScheduleAsync(programId, World.Today(1), 14)).Scheduled;
        scheduled.Status.ShouldBe(ScheduledCapacityStatus.Scheduled);
        await SweepAsync(world);
        (await world.ProgramAsync(siteId)).Licensed.ShouldBe(10, "its day has not come");

        clocked.Time.GoTo(1);
        await SweepAsync(world);
        (await world.ProgramAsync(siteId)).Licensed.ShouldBe(14);
        (await world.LicensedAsync(programId)).ShouldBe([(World.Today(1), 14), (World.Today(), 10)]);
        (await world.ScheduledAsync(programId)).ShouldBeEmpty();
        (await world.ScheduledAsync(programId, past: true)).Single().Status.ShouldBe(ScheduledCapacityStatus.Applied);
    }

    [Theory]
    [InlineData(2, 1, "PROGRAM_FULL")]
    [InlineData(1, 2, "")]
    public async Task Whoever_takes_a_place_before_the_sweeper_comes_takes_it_by_the_number_of_the_day(int before, int from, string code)
    {
        await using var clocked = await ClockedHost.StartAsync(Store.Sqlite);
        var world = clocked.World;
        var (_, programId) = await world.OpenProgramAsync(before);
        await world.AdmitNewPersonAsync(programId);
        await world.ScheduleAsync(programId, World.Today(1), from);
        var second = await world.ReferEligibleAsync();
        clocked.Time.GoTo(1);
        (await Journey.JourneyTests.CodeAsync(world.OfferAsync(second.Id, programId))).ShouldBe(code);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(10)]
    public async Task What_a_file_says_on_the_day_of_a_scheduled_number_stands(int said)
    {
        await using var clocked = await ClockedHost.StartAsync(Store.Sqlite);
        var world = clocked.World;
        var row = $"{Guid.NewGuid():N},File House,SA,1 Test Street,Charlottesville,VA,22902,,38.03,-78.48,IOP,SUBSTANCE_USE,ADULT";
        await world.ImportCsvAsync($"{World.Columns}\n{row},10\n");
        var site = (await world.Sites.ListSitesAsync(new() { WithPrograms = true }, world.Operator)).Sites.Single();
        await world.ScheduleAsync(site.Programs.Single().Id, World.Today(1), 14);
        clocked.Time.GoTo(1);
        await world.ImportCsvAsync($"{World.Columns}\n{row},{said}\n");
        await SweepAsync(world);
        (await world.ProgramAsync(site.Id)).Licensed.ShouldBe(said);
        (await world.LicensedAsync(site.Programs.Single().Id)).ShouldBe([(World.Today(1), said), (World.Today(), 10)]);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_lower_number_waits_for_those_who_are_there_and_takes_nobody_new(Store store)
    {
        await using var clocked = await ClockedHost.StartAsync(store);
        var world = clocked.World;
        var (siteId, programId) = await world.OpenProgramAsync(3);
        var episodes = new List<Episode>();
        for (var i = 0; i < 3; i++)
            episodes.Add(await world.AdmitNewPersonAsync(programId));
        var waiting = await world.ReferEligibleAsync();
        await world.ScheduleAsync(programId, World.Today(1), 1);
        clocked.Time.GoTo(1);
        await SweepAsync(world);
        (await world.ProgramAsync(siteId)).Licensed.ShouldBe(3);
        var pending = (await world.ScheduledAsync(programId)).ShouldHaveSingleItem();
        (pending.Status, pending.Licensed, pending.LicensedNow, pending.TakenNow).ShouldBe((ScheduledCapacityStatus.Pending, 1, 3, 3));

        await world.DischargeAsync(episodes[0]);
        (await world.ProgramAsync(siteId)).Licensed.ShouldBe(2);
        (await Journey.JourneyTests.CodeAsync(world.OfferAsync(waiting.Id, programId))).ShouldBe("PROGRAM_FULL");
        await world.DischargeAsync(episodes[1]);
        (await world.ProgramAsync(siteId)).Licensed.ShouldBe(1);
        (await world.ScheduledAsync(programId)).ShouldBeEmpty();
        await world.DischargeAsync(episodes[2]);
        (await world.ProgramAsync(siteId)).Licensed.ShouldBe(1);
        await world.OfferAsync(waiting.Id, programId);
        (await world.LicensedAsync(programId)).ShouldBe([(World.Today(1), 1), (World.Today(), 3)]);
        await world.ShouldBalanceAsync(programId);
    }

    [Fact]
    public async Task A_number_for_today_ends_the_waiting_for_a_lower_one()
    {
        await using var clocked = await ClockedHost.StartAsync(Store.Sqlite);
        var world = clocked.World;
        var (siteId, programId) = await world.OpenProgramAsync(2);
        var episode = await world.AdmitNewPersonAsync(programId);
        await world.AdmitNewPersonAsync(programId);
        await world.ScheduleAsync(programId, World.Today(1), 1);
        clocked.Time.GoTo(1);
        await world.Sites.SetLicensedCapacityAsync(
            new() { RequestId = World.NewId(), ProgramId = programId, Licensed = 5 }, world.Operator);
        await world.DischargeAsync(episode);
        (await world.ProgramAsync(siteId)).Licensed.ShouldBe(5);
        (await world.ScheduledAsync(programId)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_day_has_one_number_and_one_that_has_not_come_can_be_taken_back()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (_, programId) = await world.OpenProgramAsync(10);
        var first = (await world.ScheduleAsync(programId, World.Today(5), 12)).Scheduled;
        (await World.FailureAsync(world.ScheduleAsync(programId, World.Today(5), 13), StatusCode.AlreadyExists)).ShouldBe("CAPACITY_SCHEDULED");
        var cancelled = (await CancelAsync(world, first)).Scheduled;
        cancelled.Status.ShouldBe(ScheduledCapacityStatus.Cancelled);
        (await World.FailureAsync(CancelAsync(world, cancelled), StatusCode.FailedPrecondition)).ShouldBe("CAPACITY_NOT_SCHEDULED");
        (await World.FailureAsync(CancelAsync(world, first), StatusCode.Aborted)).ShouldBe("ETAG_MISMATCH");
        await world.ScheduleAsync(programId, World.Today(5), 13);
        (await world.ScheduledAsync(programId)).Single().Licensed.ShouldBe(13);
        foreach (var day in (string[])[World.Today(), World.Today(-1)])
            (await World.FailureAsync(world.ScheduleAsync(programId, day, 3), StatusCode.InvalidArgument)).ShouldBe("INVALID_ARGUMENT");
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Numbers_are_listed_by_day_of_the_callers_sites_and_of_a_region(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (northId, north) = await world.OpenProgramAsync(10);
        var (southId, south) = await world.OpenProgramAsync(10);
        var region = await world.RegionAsync("South");
        await world.ChangeAsync(await world.SiteAsync(southId), new V1.SiteDetails { RegionId = region.Id }, "region_id");
        await world.ScheduleAsync(north, World.Today(7), 1);
        await world.ScheduleAsync(south, World.Today(3), 2);
        await world.ScheduleAsync(south, World.Today(9), 3);
        (await world.ScheduledAsync()).Select(s => s.Licensed).ShouldBe([2, 1, 3]);
        (await world.ScheduledAsync(regionId: region.Id)).Select(s => s.Licensed).ShouldBe([2, 3]);
        var admin = world.Tokens.SiteAdmin(world.Network, Guid.Parse(northId));
        (await world.ScheduledAsync(headers: admin)).Select(s => s.Licensed).ShouldBe([1]);
        await World.FailureAsync(
            world.Schedule().ListLicensedCapacityAsync(new() { ProgramId = south }, admin), StatusCode.NotFound);
        await World.FailureAsync(
            world.Schedule().ScheduleCapacityAsync(
                new() { RequestId = World.NewId(), ProgramId = south, EffectiveOn = World.Today(4), Licensed = 1 }, admin),
            StatusCode.NotFound);
        var paged = await world.Schedule().ListScheduledCapacityAsync(new() { Page = new() { Size = 2 } }, world.Operator);
        var rest = await world.Schedule().ListScheduledCapacityAsync(new() { Page = new() { Size = 2, Token = paged.NextPageToken } }, world.Operator);
        paged.Scheduled.Concat(rest.Scheduled).Select(s => s.Licensed).ShouldBe([2, 1, 3]);
    }

    // In whatever order numbers are entered, and however late the sweeper comes to which program, the number of every day is that
    // of the last day before it.
    [Fact]
    public async Task The_number_of_a_day_does_not_depend_on_the_order_of_entry_or_on_when_it_was_applied()
    {
        const int Programs = 12;
        const int Days = 15;
        await using var clocked = await ClockedHost.StartAsync(Store.Sqlite);
        var world = clocked.World;
        var random = new Random(20261122);
        var cases = new List<(string SiteId, string ProgramId, Dictionary<int, int> ByDay)>();
        for (var i = 0; i < Programs; i++)
        {
            var (siteId, programId) = await world.OpenProgramAsync(10);
            var days = Enumerable.Range(1, Days).OrderBy(_ => random.Next()).Take(random.Next(1, 7)).ToList();
            cases.Add((siteId, programId, days.ToDictionary(day => day, _ => random.Next(0, 30))));
            foreach (var (day, licensed) in cases[i].ByDay)
                await world.ScheduleAsync(programId, World.Today(day), licensed);
        }
        for (var day = 1; day <= Days; day++)
        {
            clocked.Time.GoTo(day);
            foreach (var one in cases.Where(_ => day == Days || random.Next(4) == 0))
                await ApplyAsync(world, one.SiteId, one.ProgramId);
        }
        foreach (var (_, programId, byDay) in cases)
        {
            var history = await world.LicensedAsync(programId);
            for (var day = 0; day <= Days; day++)
            {
                var expected = byDay.Where(entry => entry.Key <= day).OrderByDescending(entry => entry.Key).Select(entry => entry.Value).FirstOrDefault(10);
                history.First(change => string.CompareOrdinal(change.From, World.Today(day)) <= 0).Licensed.ShouldBe(expected, $"{programId} on day {day}");
            }
        }
    }

    // Places are taken and freed at random between the changes: the licensed number is that of the day, or what is taken.
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task The_licensed_number_is_that_of_the_day_and_never_below_what_is_taken(Store store)
    {
        await using var clocked = await ClockedHost.StartAsync(store);
        var world = clocked.World;
        var random = new Random(7);
        var (siteId, programId) = await world.OpenProgramAsync(6);
        var id = Guid.Parse(programId);
        var numbers = Enumerable.Range(1, 12).ToDictionary(day => day, _ => random.Next(0, 9));
        foreach (var (day, licensed) in numbers.OrderBy(_ => random.Next()))
            await world.ScheduleAsync(programId, World.Today(day), licensed);
        var ledger = world.Host.Services.GetRequiredService<CapacityLedger>();
        for (var day = 1; day <= 12; day++)
        {
            clocked.Time.GoTo(day);
            await ApplyAsync(world, siteId, programId);
            for (var step = 0; step < 8; step++)
            {
                var before = await CountsAsync();
                var free = random.Next(2) == 0;
                if (free && before.Held > 0)
                    await world.WriteAsync(async (db, ct) =>
                    {
                        await ledger.ReleaseAsync(db, Guid.Parse(siteId), id, places: 1, ct);
                        return true;
                    });
                else if (!free)
                {
                    var held = await world.WriteAsync(async (db, ct) =>
                        await ledger.TryHoldAsync(db, (await db.FindProfileAsync(id, ct))!, ct));
                    (held is not null).ShouldBe(before.Held < numbers[day], "a place is given below the number of the day, and only then");
                }
                var counts = await CountsAsync();
                counts.Licensed.ShouldBe(Math.Max(numbers[day], counts.Held));
            }
        }

        Task<PlaceCounts> CountsAsync() =>
            world.ReadAsync(async (db, ct) => (await db.Capacities.SingleAsync(c => c.ProgramId == id, ct)).Counts);
    }

    // Whoever applies the number of a day and whoever takes or frees a place at the same moment agree, in whatever order they come.
    [Fact]
    public async Task Many_at_once_around_midnight_leave_the_number_of_the_day_and_no_place_given_above_it()
    {
        await using var clocked = await ClockedHost.StartAsync(Store.Postgres);
        var world = clocked.World;
        var random = new Random(11);
        var (siteId, programId) = await world.OpenProgramAsync(5);
        var id = Guid.Parse(programId);
        var numbers = Enumerable.Range(1, 8).ToDictionary(day => day, _ => random.Next(0, 9));
        foreach (var (day, licensed) in numbers)
            await world.ScheduleAsync(programId, World.Today(day), licensed);
        var ledger = world.Host.Services.GetRequiredService<CapacityLedger>();
        var held = 0;
        for (var day = 1; day <= 8; day++)
        {
            clocked.Time.GoTo(day);
            var free = random.Next(0, held + 1);
            var steps = Enumerable.Repeat(0, free).Concat(Enumerable.Repeat(1, 8)).Concat(Enumerable.Repeat(2, 3)).OrderBy(_ => random.Next()).ToList();
            var changes = await Task.WhenAll(steps.Select(step => world.WriteAsync(async (db, ct) =>
            {
                switch (step)
                {
                    case 0:
                        await ledger.ReleaseAsync(db, Guid.Parse(siteId), id, places: 1, ct);
                        return -1;
                    case 1:
                        return await ledger.TryHoldAsync(db, (await db.FindProfileAsync(id, ct))!, ct) is not null ? 1 : 0;
                    default:
                        await ledger.ApplyDueAsync(db, Guid.Parse(siteId), id, ct);
                        return 0;
                }
            })));
            held += changes.Sum();
            var counts = await world.ReadAsync(async (db, ct) => (await db.Capacities.SingleAsync(c => c.ProgramId == id, ct)).Counts);
            counts.Held.ShouldBe(held);
            counts.Licensed.ShouldBe(Math.Max(numbers[day], held), $"day {day}");
        }
        (await world.LicensedAsync(programId)).Count.ShouldBe(9, "a number for each day");
    }

    private static Task SweepAsync(World world) =>
        world.Host.Services.GetRequiredService<CapacityScheduleSweeper>().RunAsync(default);

    private static Task<bool> ApplyAsync(World world, string siteId, string programId) => world.WriteAsync((db, ct) =>
        world.Host.Services.GetRequiredService<CapacityLedger>().ApplyDueAsync(db, Guid.Parse(siteId), Guid.Parse(programId), ct));

    private static AsyncUnaryCall<CancelScheduledCapacityResponse> CancelAsync(World world, V1.ScheduledCapacity scheduled) =>
        world.Schedule().CancelScheduledCapacityAsync(
            new() { RequestId = World.NewId(), ScheduledCapacityId = scheduled.Id, Etag = scheduled.Etag }, world.Operator);
}
