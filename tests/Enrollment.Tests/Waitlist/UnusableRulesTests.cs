using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Enrollment.Placement;
using Platform.Enrollment.RulePacks;
using Platform.Enrollment.Sites;
using Platform.Enrollment.V1;
using Platform.Support;

namespace Platform.Enrollment.Waitlist;

/// <summary>A rule pack that a release cannot use, as to how long places are held and who returns to the line, in programs of one track.</summary>
public sealed class UnusableRulesTests(Hosts hosts)
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task What_is_undecided_in_one_program_keeps_no_place_of_another_from_being_offered(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, undecided) = await world.OpenProgramAsync(licensed: 1, track: "MENTAL_HEALTH");
        var (_, other) = await world.OpenProgramAsync(licensed: 1);
        await BreakAsync(world);
        var waiting = await world.JoinNewPersonAsync(undecided);
        await world.OfferedAsync(await world.JoinNewPersonAsync(other));
        await world.Host.Services.GetRequiredService<WaitlistWorker>().RunAsync(default);
        (await world.StatusAsync(waiting)).ShouldBe(V1.WaitlistStatus.Waiting);
        await RetireAsync(world);
        await world.OfferedAsync(waiting);
    }

    // The undecided programs are older than the other one, and so come before it.
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task However_many_programs_are_undecided_those_after_them_are_offered(Store store)
    {
        const int Undecided = 201;
        var world = await hosts.WorldAsync(store);
        var rows = Enumerable.Range(0, Undecided).Select(
            i => $"{Guid.NewGuid():N},Many {i},MH,{i} Test Street,Charlottesville,VA,22902,,38.03,-78.48,IOP,MENTAL_HEALTH,ADULT,1");
        (await world.ImportCsvAsync($"{World.Columns}\n{string.Join('\n', rows)}\n")).Added.ShouldBe(Undecided);
        await BreakAsync(world);
        var region = await world.RegionAsync("All");
        await world.WriteAsync((db, ct) => db.Sites.ExecuteUpdateAsync(set => set.SetProperty(s => s.RegionId, Guid.Parse(region.Id)), ct));
        var waiting = (await world.Waitlist().JoinWaitlistAsync(
            new() { RequestId = World.NewId(), ReferralId = (await world.ReferEligibleAsync()).Id, RegionId = region.Id }, world.Operator)).Entry;
        var (_, other) = await world.OpenProgramAsync(licensed: 1);
        var inCare = await world.AdmitNewPersonAsync(other);
        var next = await world.JoinNewPersonAsync(other);
        await world.WriteAsync(async (db, ct) =>
            await db.WaitlistEntries.ExecuteUpdateAsync(set => set.SetProperty(e => e.MatchDue, false), ct)
            + await db.Capacities.ExecuteUpdateAsync(set => set.SetProperty(c => c.WaitlistDue, true), ct));
        await world.DischargeAsync(inCare);
        await world.OfferedAsync(next);
        (await world.StatusAsync(waiting)).ShouldBe(V1.WaitlistStatus.Waiting);

        // What stays undecided is asked about again and again, by the worker of a host that other tests share.
        await world.LeaveAsync(waiting.Id);
        await world.WriteAsync((db, ct) => db.Capacities.ExecuteUpdateAsync(set => set.SetProperty(c => c.WaitlistDue, false), ct));
    }

    [Fact]
    public async Task A_place_whose_time_ran_out_goes_back_and_its_person_to_the_line()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (_, program) = await world.OpenProgramAsync(licensed: 1, track: "MENTAL_HEALTH");
        var entry = await world.JoinNewPersonAsync(program);
        var offer = await world.OfferedAsync(entry);
        await BreakAsync(world);
        await world.RunOutAsync(offer.Id);
        await Eventually.TrueAsync(
            async () =>
            {
                await world.Host.Services.GetRequiredService<OfferSweeper>().RunAsync(default);
                return (await world.CapacityAsync(program)).Held == 0;
            },
            "the place to go back");
        (await world.StatusAsync(entry)).ShouldBe(V1.WaitlistStatus.Waiting);
    }

    private static RulePackService.RulePackServiceClient Packs(World world) => new(world.Host.Channel);

    /// <summary>As a release leaves a pack that knows another form of the section.</summary>
    private static async Task BreakAsync(World world)
    {
        const string json =
            """
            { "name": "ours", "version": 1, "effectiveFrom": "2020-01-01", "effectiveTo": null, "scope": { "track": ["MENTAL_HEALTH"] },
              "rules": { "offers": { "holdMinutes": 60, "acceptedHoldMinutes": 60, "returnsAfterDecline": 2, "returnsAfterLapse": 1 } } }
            """;
        var pack = (await Packs(world).ProposeRulePackAsync(new() { RequestId = World.NewId(), Json = json }, world.Operator)).RulePack;
        await Packs(world).ActivateRulePackAsync(
            new() { RequestId = World.NewId(), Pack = pack.Pack, Etag = pack.Etag, EffectiveFrom = World.Today() }, world.Operator);
        await world.WriteAsync(async (db, ct) =>
        {
            await db.RulePackHeads.ExecuteUpdateAsync(set => set.SetProperty(h => h.Version, h => h.Version + 1), ct);
            var broken = json.Replace("holdMinutes", "holdHours", StringComparison.Ordinal);
            return await db.NetworkRulePacks.ExecuteUpdateAsync(set => set.SetProperty(p => p.Json, broken), ct);
        });
    }

    private static async Task RetireAsync(World world)
    {
        var pack = (await Packs(world).GetRulePackAsync(new() { Pack = "ours@1" }, world.Operator)).RulePack;
        await Packs(world).RetireRulePackAsync(
            new() { RequestId = World.NewId(), Pack = pack.Pack, Etag = pack.Etag, Reason = "written anew" }, world.Operator);
    }
}
