using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Enrollment.RulePacks;
using Platform.Enrollment.V1;
using Platform.Shared.Errors;
using Platform.Shared.Time;
using Platform.Support;

namespace Platform.Enrollment.PlanJourneys;

/// <summary>What is due, and how it follows the episode and the rules.</summary>
public sealed class PlanDueTests(Hosts hosts)
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task What_is_overdue_is_listed_the_longest_overdue_first_by_pages(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 5);
        foreach (var daysAgo in new[] { 9, 0, 20, 8 })
            await world.AdmitAsync(daysAgo, program);
        (await world.DueAsync(withinDays: 0)).ShouldBe(
            [(DueKind.InitialPlan, World.Today(-13), true), (DueKind.InitialPlan, World.Today(-2), true), (DueKind.InitialPlan, World.Today(-1), true)]);
        (await world.DueAsync(withinDays: 9)).Count.ShouldBe(4);
        var pages = new List<string>();
        var token = "";
        do
        {
            var page = await world.Due().ListOverdueAsync(new() { WithinDays = 90, Page = new() { Size = 1, Token = token } }, world.Operator);
            pages.Add(page.Due.Single().DueOn);
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        pages.ShouldBe([World.Today(-13), World.Today(-2), World.Today(-1), World.Today(7)]);
    }

    [Fact]
    public async Task A_plan_that_is_due_today_is_not_overdue_before_the_day_ends_at_the_site()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        await world.AdmitAsync(daysAgo: 7);
        (await world.DueAsync(withinDays: 0)).ShouldBeEmpty();
        (await world.DueAsync(withinDays: 1)).ShouldBe([(DueKind.InitialPlan, World.Today(), false)]);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Nothing_is_due_any_more_after_the_discharge(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var episode = await world.AdmitAsync(daysAgo: 9);
        (await world.DueAsync()).Count.ShouldBe(1);
        await world.DischargeAsync(episode);
        (await world.DueAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_due_moves_with_the_person_to_the_next_site()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var (from, program) = await world.OpenProgramAsync(licensed: 1);
        var (to, next) = await world.OpenProgramAsync(licensed: 1);
        var episode = await world.AdmitAsync(daysAgo: 9, program);
        (await world.DueAsync(site: from)).Count.ShouldBe(1);
        await new EpisodeChangeService.EpisodeChangeServiceClient(world.Host.Channel).TransferEpisodeAsync(
            new() { RequestId = World.NewId(), EpisodeId = episode.Id, Etag = episode.Etag, ProgramId = next, On = World.Today(), Reason = "nearer to home" },
            world.Operator);
        (await world.DueAsync(site: from)).ShouldBeEmpty();
        (await world.DueAsync(site: to)).Count.ShouldBe(1);
        (await world.DueAsync(headers: world.Tokens.SiteAdmin(world.Network, Guid.Parse(from)))).ShouldBeEmpty();
        await World.FailureAsync(
            world.Due().ListOverdueAsync(new() { SiteId = to }, world.Tokens.SiteAdmin(world.Network, Guid.Parse(from))), StatusCode.NotFound);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task After_an_activation_the_due_days_of_open_episodes_follow_the_new_pack(Store store)
    {
        var world = await hosts.WorldAsync(store);
        await world.AdmitAsync(daysAgo: 0);
        await PassAsync(world);
        await ActivateAsync(world, initial: 2);
        await PassAsync(world);
        (await world.DueAsync()).ShouldBe([(DueKind.InitialPlan, World.Today(2), false)]);
        var packs = await world.ReadAsync((db, ct) => db.RuleDecisions.OrderBy(d => d.Id).Where(d => d.Kind == "plan.schedule").Select(d => d.Pack).ToListAsync(ct));
        packs.ShouldBe(["base@1", "ours@1"]);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_plan_that_comes_into_force_by_a_new_pack_is_in_the_audit_trail_of_the_person(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var episode = await world.AdmitAsync(daysAgo: 0);
        await world.PaidByAsync(episode, PayerKind.Medicare);
        var plan = await world.PutInForceAsync(episode);
        plan.Status.ShouldBe(PlanStatus.Draft, "the physician has not signed");
        await ActivateAsync(world, initial: 7, scope: """{ "payerKind": ["MEDICARE"], "level": ["INTENSIVE_OUTPATIENT"] }""");
        await PassAsync(world);
        (await world.Plans().GetPlanAsync(new() { EpisodeId = episode.Id }, world.Operator)).Plan.Status.ShouldBe(PlanStatus.Signed);
        var id = await world.ReadAsync((db, ct) => db.PlanVersions.Select(v => v.Id).SingleAsync(ct));
        var person = Guid.Parse(episode.PersonId);
        (await world.ReadAsync((db, ct) => db.Database.SqlQuery<string>(
            $"""
             SELECT actor AS "Value" FROM audit_entry
             WHERE action = 'plan.in-force' AND subject_kind = 'plan' AND subject_id = {id} AND person_id = {person}
             """).ToListAsync(ct))).ShouldBe(["enrollment.plans"]);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_pass_goes_on_where_a_process_left_it(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 2);
        var first = Guid.Parse((await world.AdmitAsync(daysAgo: 0, program)).Id);
        await world.AdmitAsync(daysAgo: 0, program);
        await ActivateAsync(world, initial: 2);
        await PassAsync(world);
        await PassAsync(world);
        await world.WriteAsync(async (db, ct) =>
        {
            await db.PlanDues.ExecuteDeleteAsync(ct);
            (await db.PlanPasses.SingleAsync(ct)).GoOn(first);
            return 0;
        });
        await PassAsync(world);
        (await world.ReadAsync((db, ct) => db.PlanDues.Select(d => d.EpisodeId).ToListAsync(ct))).ShouldHaveSingleItem().ShouldNotBe(first);
    }

    [Fact]
    public async Task Who_pays_is_set_on_what_was_read_and_stands_in_the_schedule()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var episode = await world.AdmitAsync(daysAgo: 0);
        var before = await world.ScheduleAsync(episode);
        before.PayerKinds.ShouldBeEmpty();
        var after = await world.PaidByAsync(episode, PayerKind.Medicare, PayerKind.Commercial);
        after.PayerKinds.ShouldBe([PayerKind.Commercial, PayerKind.Medicare]);
        (await world.ScheduleAsync(episode)).ShouldBe(after);
        var stale = new SetPayerKindsRequest { RequestId = World.NewId(), EpisodeId = episode.Id, Etag = before.Etag };
        (await World.FailureAsync(world.Due().SetPayerKindsAsync(stale, world.Operator), StatusCode.Aborted)).ShouldBe("ETAG_MISMATCH");
        stale.PayerKinds.AddRange([PayerKind.Medicare, PayerKind.Medicare]);
        await World.FailureAsync(world.Due().SetPayerKindsAsync(stale, world.Operator), StatusCode.InvalidArgument);
    }

    // A region is where a site lies now.
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task What_is_due_in_a_region_is_that_of_its_sites(Store store)
    {
        var world = await hosts.WorldAsync(store);
        await world.AdmitAsync(daysAgo: 9);
        var (site, program) = await world.OpenProgramAsync(licensed: 1);
        var episode = await world.AdmitAsync(daysAgo: 9, program);
        var region = Guid.NewGuid();
        await world.WriteAsync(async (db, ct) =>
        {
            var entry = db.Add(new Regions.Region { Id = region, NetworkId = world.Network });
            entry.Entity.Rename("South");
            await db.SaveChangesAsync(ct);
            var id = Guid.Parse(site);
            return await db.Sites.Where(s => s.Id == id).ExecuteUpdateAsync(set => set.SetProperty(s => s.RegionId, region), ct);
        });
        var due = await world.Due().ListOverdueAsync(new() { RegionId = region.ToString() }, world.Operator);
        due.Due.Select(d => d.EpisodeId).ShouldBe([episode.Id]);
    }

    [Fact]
    public async Task Those_who_read_what_is_due_are_audited()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var episode = await world.AdmitAsync(daysAgo: 9);
        await world.PutInForceAsync(episode);
        await world.Plans().GetPlanAsync(new() { EpisodeId = episode.Id }, world.Operator);
        await world.DueAsync();
        var person = Guid.Parse(episode.PersonId);
        var actions = await world.ReadAsync((db, ct) => db.Database
            .SqlQuery<string>($"SELECT action AS \"Value\" FROM audit_entry WHERE person_id = {person} AND action LIKE 'plan.%' ORDER BY sequence")
            .ToListAsync(ct));
        actions.ShouldBe(["plan.write", "plan.sign", "plan.sign", "plan.read", "plan.overdue"]);
    }

    // An admission that read the packs before the change and commits after the pass. The clock stands still, so that no rounds are
    // made but those that are made here.
    [Fact]
    public async Task Who_was_still_writing_under_the_packs_before_is_gone_through_a_round_later()
    {
        using var tokens = new TestTokens();
        await using var host = await Hosts.StartAsync(tokens, time: new ManualTimeProvider(DateTimeOffset.UtcNow));
        var world = new World(host, tokens, database: null);
        await world.AdmitAsync(daysAgo: 0);
        await ActivateAsync(world, initial: 2);
        await PassAsync(world);
        await world.WriteAsync((db, ct) => db.PlanDues.ExecuteDeleteAsync(ct));
        await PassAsync(world);
        (await world.DueAsync()).ShouldBe([(DueKind.InitialPlan, World.Today(2), false)]);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_pack_that_cannot_be_used_holds_up_only_the_episodes_that_it_is_for(Store store)
    {
        var world = await hosts.WorldAsync(store);
        await world.AdmitAsync(daysAgo: 0);
        var (_, elsewhere) = await world.OpenProgramAsync(licensed: 1, track: "MENTAL_HEALTH");
        await world.AdmitAsync(daysAgo: 0, elsewhere);
        await PassAsync(world);
        await PassAsync(world);
        await ActivateAsync(world, initial: 2, scope: """{ "track": ["MENTAL_HEALTH"] }""");
        await ActivateAsync(world, initial: 3, scope: """{ "track": ["SUBSTANCE_USE"] }""", name: "theirs");
        await world.WriteAsync((db, ct) => db.NetworkRulePacks.Where(p => p.Name == "ours").ExecuteUpdateAsync(
            set => set.SetProperty(p => p.Json, """{ "scope": { "track": ["MENTAL_HEALTH"] }, "rules": { "plans": {} } }"""), ct));
        await world.WriteAsync((db, ct) => db.RulePackHeads.ExecuteUpdateAsync(set => set.SetProperty(h => h.Version, h => h.Version + 1), ct));
        await PassAsync(world);
        (await world.DueAsync()).Select(d => d.On).ShouldBe([World.Today(3), World.Today(7)]);

        var packs = new RulePackService.RulePackServiceClient(world.Host.Channel);
        var broken = (await packs.GetRulePackAsync(new() { Pack = "ours@1" }, world.Operator)).RulePack;
        await packs.RetireRulePackAsync(new() { RequestId = World.NewId(), Pack = "ours@1", Etag = broken.Etag, Reason = "unreadable" }, world.Operator);
        await world.WriteAsync((db, ct) => db.PlanDues.ExecuteDeleteAsync(ct));
        await PassAsync(world);
        (await world.DueAsync()).Select(d => d.On).ShouldBe([World.Today(3), World.Today(7)]);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Where_a_site_lies_now_decides_what_is_due_and_when_a_day_ends(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (site, program) = await world.OpenProgramAsync(licensed: 2);
        await world.AdmitAsync(daysAgo: 0, program);
        await ActivateAsync(world, initial: 2, scope: """{ "state": ["DC"] }""");
        await PassAsync(world);
        (await world.DueAsync()).ShouldBe([(DueKind.InitialPlan, World.Today(7), false)]);
        var end = await OverdueAtAsync(world);

        var changed = (await Sites.SitesWorld.ChangeAsync(world, await Sites.SitesWorld.SiteAsync(world, site), new SiteDetails { TimeZone = "America/Chicago" }, "time_zone")).Site;
        await PassAsync(world);
        (await OverdueAtAsync(world)).ShouldBe(end.AddHours(1));

        await Sites.SitesWorld.ChangeAsync(world, changed, new SiteDetails { Address = new Address { Street = "1 Test Street", City = "Washington", State = "DC", Zip = "20001" } }, "address");
        await PassAsync(world);
        (await world.DueAsync()).ShouldBe([(DueKind.InitialPlan, World.Today(2), false)]);

        var report = await world.ImportCsvAsync(
            $"{World.Columns}\n{changed.ExternalId},{changed.Name},SA,1 Test Street,Charlottesville,VA,22902,,38.03,-78.48,IOP,SUBSTANCE_USE,ADULT,2\n");
        report.Changed.ShouldBe(1, report.ToString());
        await PassAsync(world);
        (await world.DueAsync()).ShouldBe([(DueKind.InitialPlan, World.Today(7), false)]);
    }

    private static Task<DateTimeOffset> OverdueAtAsync(World world) => world.ReadAsync((db, ct) => db.PlanDues.Select(d => d.OverdueAt).SingleAsync(ct));

    private static Task PassAsync(World world) => world.Host.Services.GetRequiredService<Plans.PlanPassWorker>().RunAsync(TestContext.Current.CancellationToken);

    private static async Task ActivateAsync(World world, int initial, string scope = "{}", string name = "ours")
    {
        var packs = new RulePackService.RulePackServiceClient(world.Host.Channel);
        var today = UsDays.Earliest(DateTimeOffset.UtcNow).ToIso();
        var json = $$"""{ "name": "{{name}}", "version": 1, "effectiveFrom": "{{today}}", "effectiveTo": null, "scope": {{scope}}, "rules": {{CarePackTests.Plans(initial)}} }""";
        var pack = (await packs.ProposeRulePackAsync(new() { RequestId = World.NewId(), Json = json }, world.Operator)).RulePack;
        await packs.ActivateRulePackAsync(new() { RequestId = World.NewId(), Pack = pack.Pack, Etag = pack.Etag }, world.Operator);
    }

    [Fact]
    public async Task A_request_with_thousands_of_mistakes_is_told_the_first_of_them()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var request = new SetPayerKindsRequest
        {
            RequestId = World.NewId(), EpisodeId = World.NewId(), Etag = "\"0\"",
            PayerKinds = { Enumerable.Repeat(PayerKind.Unspecified, 5000) },
        };
        var error = await Should.ThrowAsync<RpcException>(async () => await world.Due().SetPayerKindsAsync(request, world.Operator));
        error.StatusCode.ShouldBe(StatusCode.InvalidArgument, error.Status.Detail);
        var named = error.ToDomainError().ShouldNotBeNull().Fields;
        named.Select(f => f.Field).ShouldBe(Enumerable.Range(0, named.Count).Select(i => $"payer_kinds[{i}]"));
        named.Count.ShouldBeInRange(20, 100);
        error.Status.Detail.ShouldEndWith($" And {5001 - named.Count} more.");
    }
}
