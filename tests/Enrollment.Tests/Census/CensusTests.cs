using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Enrollment.Episodes;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.V1;
using Platform.Shared.Time;

namespace Platform.Enrollment.Census;

public sealed class CensusTests(Hosts hosts)
{
    private static readonly DateOnly Today = LocalDays.DayAt(DateTimeOffset.UtcNow, World.Zone);

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_census_counts_who_is_there_at_the_end_of_the_day_by_level_program_site_and_region(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (firstSite, first) = await world.OpenProgramAsync(licensed: 5);
        var (secondSite, second) = await world.OpenProgramAsync(licensed: 5);
        var moved = await world.AdmitSinceAsync(first, daysAgo: 10);
        moved = (await world.TransferAsync(moved, second, daysAgo: 4)).Episode;
        await world.ChangeLevelAsync(moved, V1.LevelOfCare.Outpatient, daysAgo: 2);
        var gone = await world.AdmitSinceAsync(first, daysAgo: 10);
        await world.DischargeOnAsync(gone, daysAgo: 3);
        var away = await world.AdmitSinceAsync(second, daysAgo: 8);
        await world.StartLeaveAsync(away, daysAgo: 1, place: V1.LeavePlace.Freed);

        (await TotalAsync(world, 11)).ShouldBe((0, 0, 0));
        (await TotalAsync(world, 10)).ShouldBe((2, 0, 2));
        (await TotalAsync(world, 8)).ShouldBe((3, 0, 3));
        (await TotalAsync(world, 3)).ShouldBe((2, 0, 2), "the day of the discharge is not in care at its end");
        (await TotalAsync(world, 0)).ShouldBe((2, 1, 1));
        (await RowsAsync(world, 4, CensusBy.Program)).ShouldBe([(first, 0, 1), (second, 0, 2)], ignoreOrder: true);
        (await RowsAsync(world, 5, CensusBy.Site)).ShouldBe([(firstSite, 0, 2), (secondSite, 0, 1)], ignoreOrder: true);
        (await RowsAsync(world, 0, CensusBy.Level)).ShouldBe(
            [("", (int)V1.LevelOfCare.Outpatient, 1), ("", (int)V1.LevelOfCare.IntensiveOutpatient, 1)]);
        (await RowsAsync(world, 0, CensusBy.Region)).ShouldBe([("", 0, 2)]);
        var admin = world.Tokens.SiteAdmin(world.Network, Guid.Parse(firstSite));
        (await RowsAsync(world, 5, CensusBy.Site, admin)).ShouldBe([(firstSite, 0, 2)]);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Occupancy_follows_the_places_and_the_licence_of_each_day(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 4);
        await world.WriteAsync((db, ct) => db.LicensedChanges.ExecuteUpdateAsync(set => set.SetProperty(c => c.From, Today.AddDays(-40)), ct));
        await world.WriteAsync((db, _) =>
        {
            db.LicensedChanges.Add(new Capacity.LicensedChange
            {
                NetworkId = world.Network, ProgramId = Guid.Parse(program), SiteId = db.Programs.Single().SiteId, From = Today.AddDays(-2), Licensed = 8,
            });
            return Task.FromResult(0);
        });
        await world.AdmitSinceAsync(program, daysAgo: 3);
        var other = await world.AdmitSinceAsync(program, daysAgo: 2);
        await world.DischargeOnAsync(other, daysAgo: 1);
        var days = await world.Reports().GetOccupancyAsync(
            new() { From = World.Today(-4), To = World.Today(), Step = TrendStep.Day }, world.Operator);
        days.Points.Select(p => (p.On, p.Licensed, p.Occupied)).ShouldBe(
        [
            (World.Today(-4), 4, 0), (World.Today(-3), 4, 1), (World.Today(-2), 8, 2), (World.Today(-1), 8, 1), (World.Today(), 8, 1),
        ]);
        days.Points[2].Rate.ShouldBe(0.25);
        var last = await world.Reports().GetOccupancyAsync(new() { To = World.Today() }, world.Operator);
        last.Points.ShouldHaveSingleItem().ShouldBe(days.Points[^1]);
        await World.FailureAsync(
            world.Reports().GetOccupancyAsync(new() { From = "2020-01-01", To = World.Today(), Step = TrendStep.Day }, world.Operator),
            StatusCode.InvalidArgument);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task The_referral_funnel_is_of_the_network_and_at_a_site_or_region_of_those_who_were_admitted_there(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (site, program) = await world.OpenProgramAsync(licensed: 2);
        await world.ReferAsync();
        var episode = await world.AdmitNewPersonAsync(program);
        var request = new GetReferralFunnelRequest { From = World.Today(-5), To = World.Today() };
        var funnel = await world.Reports().GetReferralFunnelAsync(request, world.Operator);
        var self = funnel.Rows.ShouldHaveSingleItem();
        (self.Source, self.Referrals, self.Eligible, self.Admitted).ShouldBe((V1.ReferralSource.Self, 2, 1, 1));
        (self.Conversion, self.MeanDaysToAdmission, self.MedianDaysToAdmission).ShouldBe((0.5, 3, 3));
        funnel.Total.Referrals.ShouldBe(2);
        request.To = World.Today(-4);
        (await world.Reports().GetReferralFunnelAsync(request, world.Operator)).Rows.ShouldBeEmpty();
        var regional = Platform.Support.TestTokens.Bearer(
            world.Tokens.Mint(Platform.Shared.Security.CallerRole.Operator, world.Network, [Guid.Parse(site)]));
        request.To = World.Today();
        var (there, other) = await world.OpenProgramAsync(licensed: 2);
        await world.TransferAsync(episode, other);
        foreach (var (scope, headers, admitted) in new[]
        {
            (new V1.ReportScope { SiteId = site }, world.Operator, 1), (new() { ProgramId = program }, world.Operator, 1),
            (new() { SiteId = there }, world.Operator, 0), (new(), regional, 1), (new() { RegionId = World.NewId() }, world.Operator, 0),
        })
        {
            request.Scope = scope;
            var placed = await world.Reports().GetReferralFunnelAsync(request, headers);
            (placed.Total.Admitted, placed.Total.Referrals).ShouldBe((admitted, 0), scope.ToString());
            placed.Rows.Count.ShouldBe(admitted);
        }

        // As a version wrote them that did not say where: counted again when the database is migrated.
        await world.WriteAsync((db, ct) => db.Database.ExecuteSqlAsync(
            $"UPDATE tally SET program_id = {Guid.Empty} WHERE network_id = {world.Network} AND measure = {(short)Measure.Admitted}", ct));
        request.Scope = new() { SiteId = site };
        (await world.Reports().GetReferralFunnelAsync(request, world.Operator)).Total.Admitted.ShouldBe(0);
        (await world.ReadAsync(TallyRebuild.IsBehindAsync)).ShouldBeTrue();
        await RebuildAsync(world);
        (await world.Reports().GetReferralFunnelAsync(request, world.Operator)).Total.Admitted.ShouldBe(1);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Lengths_and_dispositions_are_of_those_discharged_in_the_period(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 5);
        foreach (var (from, to, disposition) in new[]
        {
            (30, 20, V1.Disposition.Completed), (24, 20, V1.Disposition.Completed), (19, 18, V1.Disposition.StepUp), (90, 50, V1.Disposition.StepDown),
        })
            await world.DischargeOnAsync(await world.AdmitSinceAsync(program, from), to, disposition);
        var (start, end) = (World.Today(-25), World.Today());
        var stays = await world.Reports().GetLengthOfStayAsync(new() { From = start, To = end }, world.Operator);
        (stays.Discharged, stays.MeanDays, stays.MedianDays, stays.Percentile90Days).ShouldBe((3, 5, 4, 10));
        var dispositions = await world.Reports().GetDispositionsAsync(new() { From = start, To = end }, world.Operator);
        dispositions.Total.ShouldBe(3);
        dispositions.Rows.Select(r => (r.Disposition, r.Count, r.MeanDays)).ShouldBe([(V1.Disposition.Completed, 2, 7), (V1.Disposition.StepUp, 1, 1)]);
    }

    // Random courses, dated back at random, each step in a transaction of its own; then everything is counted from the rows.
    [Theory]
    [InlineData(Store.Sqlite, 1, 60)]
    [InlineData(Store.Postgres, 2, 60)]
    public async Task After_any_sequence_of_movements_the_reports_say_what_the_rows_say(Store store, int seed, int persons)
    {
        var world = await hosts.WorldAsync(store);
        var programs = new List<(Guid Site, Guid Program)>();
        for (var i = 0; i < 3; i++)
        {
            var (site, program) = await world.OpenProgramAsync(licensed: 1000);
            programs.Add((Guid.Parse(site), Guid.Parse(program)));
        }

        await new RandomCourses(world, programs, Today, seed).RunAsync(persons);

        var (stays, episodes, referrals) = await world.ReadAsync(async (db, ct) => (
            await db.EpisodeStays.ToListAsync(ct), await db.Episodes.ToListAsync(ct), await db.Referrals.ToListAsync(ct)));
        stays.Select(s => s.Beginning).Distinct().Count().ShouldBe(5, "not every kind of movement came up, so the test shows too little");
        foreach (var daysAgo in new[] { 0, 1, 7, 31, 100, 200, 399, 500 })
        {
            var on = Today.AddDays(-daysAgo);
            var there = stays.Where(s => s.From <= on && (s.To is null || s.To > on)).ToList();
            (await TotalAsync(world, daysAgo)).ShouldBe((there.Count, there.Count(s => s.OnLeave), there.Count(s => s.HoldsPlace)), $"{on}");
            (await RowsAsync(world, daysAgo, CensusBy.Program)).ShouldBe(
                there.GroupBy(s => s.ProgramId).Select(g => (g.Key.ToString(), 0, g.Count())), ignoreOrder: true);
            (await RowsAsync(world, daysAgo, CensusBy.Level)).ShouldBe(
                there.GroupBy(s => s.Level).OrderBy(g => g.Key).Select(g => ("", (int)g.Key, g.Count())));
        }

        var (from, to) = (Today.AddDays(-300), Today.AddDays(-17));
        var ended = episodes.Where(e => e.DischargedOn >= from && e.DischargedOn <= to).ToList();
        ended.Count.ShouldBeGreaterThan(3);
        var lengths = await world.Reports().GetLengthOfStayAsync(new() { From = from.ToIso(), To = to.ToIso() }, world.Operator);
        lengths.Discharged.ShouldBe(ended.Count);
        lengths.MeanDays.ShouldBe(ended.Average(e => Math.Max(1, e.DischargedOn!.Value.DayNumber - e.AdmittedOn.DayNumber)), tolerance: 1e-9);
        var dispositions = await world.Reports().GetDispositionsAsync(new() { From = from.ToIso(), To = to.ToIso() }, world.Operator);
        dispositions.Rows.Select(r => ((int)r.Disposition, (int)r.Count)).ShouldBe(
            ended.GroupBy(e => (int)e.Disposition!).Select(g => (g.Key, g.Count())), ignoreOrder: true);

        var received = referrals.Where(r => r.ReferredOn >= from && r.ReferredOn <= to).ToList();
        var admitted = episodes.Where(e => received.Exists(r => r.Id == e.ReferralId)).ToList();
        var funnel = (await world.Reports().GetReferralFunnelAsync(new() { From = from.ToIso(), To = to.ToIso() }, world.Operator)).Total;
        (funnel.Referrals, funnel.Eligible, funnel.Admitted).ShouldBe((
            received.Count, received.Count(r => r.Status is Referrals.ReferralStatus.Eligible or Referrals.ReferralStatus.Admitted), admitted.Count));
        var waits = admitted.ConvertAll(e => e.AdmittedOn.DayNumber - received.Single(r => r.Id == e.ReferralId).ReferredOn.DayNumber);
        funnel.MeanDaysToAdmission.ShouldBe(waits.Average(), tolerance: 1e-9);

        var months = await world.Reports().GetOccupancyAsync(
            new() { From = from.ToIso(), To = to.ToIso(), Step = TrendStep.Month }, world.Operator);
        foreach (var point in months.Points)
        {
            var on = DateOnly.Parse(point.On);
            point.Occupied.ShouldBe(stays.Count(s => s.HoldsPlace && s.From <= on && (s.To is null || s.To > on)), point.On);
        }

        (await RebuildAsync(world)).ShouldBe(0);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_rebuild_counts_what_was_there_before_tallies_were_kept(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 3);
        await world.AdmitSinceAsync(program, daysAgo: 9);
        await world.DischargeOnAsync(await world.AdmitSinceAsync(program, daysAgo: 9), daysAgo: 2);
        (await RebuildAsync(world)).ShouldBe(0);
        await world.WriteAsync((db, ct) => db.Tallies.ExecuteDeleteAsync(ct));
        await world.WriteAsync((db, ct) => db.EpisodeStays.ExecuteDeleteAsync(ct));
        (await TotalAsync(world, 0)).ShouldBe((0, 0, 0));
        (await RebuildAsync(world)).ShouldBeGreaterThan(0);
        (await TotalAsync(world, 5)).ShouldBe((2, 0, 2));
        (await TotalAsync(world, 0)).ShouldBe((1, 0, 1));
        (await RebuildAsync(world)).ShouldBe(0);
    }

    [Fact]
    public async Task Movements_at_once_in_one_program_are_all_counted()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (_, here) = await world.OpenProgramAsync(licensed: 50);
        var (_, there) = await world.OpenProgramAsync(licensed: 50);
        await Task.WhenAll(Enumerable.Range(0, 12).Select(async i =>
        {
            var episode = await world.AdmitSinceAsync(i % 2 == 0 ? here : there, daysAgo: 5);
            episode = (await world.TransferAsync(episode, i % 2 == 0 ? there : here, daysAgo: 3)).Episode;
            if (i % 3 == 0)
                await world.DischargeAsync(episode);
        }));
        (await TotalAsync(world, 0)).ShouldBe((8, 0, 8));
        (await TotalAsync(world, 1)).ShouldBe((12, 0, 12));
        (await RebuildAsync(world)).ShouldBe(0);
    }

    private static Task<int> RebuildAsync(World world) =>
        world.Host.Services.GetRequiredService<TallyRebuild>().RebuildAsync(world.Network, default);

    private static async Task<(long Persons, long OnLeave, long Places)> TotalAsync(World world, int daysAgo)
    {
        var census = await world.Reports().GetCensusAsync(new() { On = World.Today(-daysAgo) }, world.Operator);
        return (census.Total.Persons, census.Total.OnLeave, census.Total.Places);
    }

    private static async Task<IReadOnlyList<(string Id, int Level, int Persons)>> RowsAsync(
        World world, int daysAgo, CensusBy by, Metadata? headers = null)
    {
        var rows = new List<(string, int, int)>();
        var token = "";
        do
        {
            var page = await world.Reports().GetCensusAsync(
                new() { On = World.Today(-daysAgo), By = by, Page = new() { Size = 2, Token = token } }, headers ?? world.Operator);
            rows.AddRange(page.Rows.Select(r => (r.Id, (int)r.Level, (int)r.Count.Persons)));
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        return rows;
    }
}
