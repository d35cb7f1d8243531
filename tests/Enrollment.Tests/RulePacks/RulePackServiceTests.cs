using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Enrollment.V1;
using Platform.Shared.Errors;
using Platform.Shared.Time;

namespace Platform.Enrollment.RulePacks;

public sealed class RulePackServiceTests(Hosts hosts)
{
    private static string Today(int plus = 0) => UsDays.Earliest(DateTimeOffset.UtcNow).AddDays(plus).ToIso();

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_proposed_pack_decides_nothing_and_an_active_one_from_its_day_on(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var proposed = (await ProposeAsync(world, Json("ours", 1, initial: 3))).RulePack;
        (proposed.Status, proposed.Shipped, proposed.Sections.Single()).ShouldBe((V1.RulePackStatus.Proposed, false, "plans"));
        (await PlansAsync(world)).Pack.ShouldBe("base@1");

        var active = (await ActivateAsync(world, proposed, Today())).RulePack;
        (active.Status, active.EffectiveFrom).ShouldBe((V1.RulePackStatus.Active, Today()));
        (await PlansAsync(world)).Pack.ShouldBe("ours@1");
        (await PlansAsync(world, -1)).Pack.ShouldBe("base@1");
        (await PlansAsync(await hosts.WorldAsync(store))).Pack.ShouldBe("base@1", "another network has its own");
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_later_version_takes_the_place_of_the_earlier_one_and_neither_changes(Store store)
    {
        var world = await hosts.WorldAsync(store);
        await ActivateAsync(world, (await ProposeAsync(world, Json("ours", 1, initial: 3))).RulePack, Today());
        var second = (await ProposeAsync(world, Json("ours", 2, initial: 4))).RulePack;
        var answer = await ActivateAsync(world, second, Today(10));
        answer.Superseded.Single().ShouldSatisfyAllConditions(p => p.Pack.ShouldBe("ours@1"), p => p.EffectiveTo.ShouldBe(Today(9)));
        (await PlansAsync(world, 9)).Pack.ShouldBe("ours@1");
        (await PlansAsync(world, 10)).Pack.ShouldBe("ours@2");
        (await World.FailureAsync(ProposeAsync(world, Json("ours", 2, initial: 9)), StatusCode.AlreadyExists)).ShouldBe("RULE_PACK_EXISTS");
        (await Client(world).GetRulePackAsync(new() { Pack = "ours@1" }, world.Operator)).Json.ShouldBe(Json("ours", 1, initial: 3));
    }

    [Fact]
    public async Task A_pack_that_collides_with_another_is_not_activated()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        await ActivateAsync(world, (await ProposeAsync(world, Json("ours", 1))).RulePack, Today());
        var rival = (await ProposeAsync(world, Json("rival", 1))).RulePack;
        (await World.FailureAsync(ActivateCall(world, rival, Today(5)), StatusCode.FailedPrecondition)).ShouldBe("RULE_PACK_COLLISION");
        await Client(world).RetireRulePackAsync(
            new() { RequestId = World.NewId(), Pack = "ours@1", Etag = (await GetAsync(world, "ours@1")).Etag, LastDay = Today(4), Reason = "replaced" },
            world.Operator);
        await ActivateAsync(world, rival, Today(5));
        (await PlansAsync(world, 4)).Pack.ShouldBe("ours@1");
        (await PlansAsync(world, 5)).Pack.ShouldBe("rival@1");
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Of_colliding_packs_that_are_activated_at_once_one_wins(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var rivals = new List<V1.RulePack>();
        foreach (var name in (string[])["a", "b", "c", "d"])
            rivals.Add((await ProposeAsync(world, Json(name, 1))).RulePack);
        var codes = await Task.WhenAll(rivals.Select(rival => Journey.JourneyTests.CodeAsync(ActivateCall(world, rival, Today()))));
        codes.Order().ShouldBe(["", "RULE_PACK_COLLISION", "RULE_PACK_COLLISION", "RULE_PACK_COLLISION"]);
        var winner = rivals[Array.IndexOf(codes, "")].Pack;
        (await PlansAsync(world)).Pack.ShouldBe(winner);
    }

    [Fact]
    public async Task An_activation_holds_in_every_process_from_its_commit_on()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        await using var other = await Hosts.StartAsync(world.Tokens, world.Database);
        var rules = other.Services.GetRequiredService<EnrollmentRules>();
        var database = other.Services.GetRequiredService<Platform.Shared.Persistence.Database<EnrollmentDbContext>>();
        async Task<string> ThereAsync() => (await database.ReadAsync(world.Network, rules.ForAsync, default))
            .Section(r => r.Plans, new RuleScope(), UsDays.Earliest(DateTimeOffset.UtcNow)).Pack;
        (await ThereAsync()).ShouldBe("base@1");
        await ActivateAsync(world, (await ProposeAsync(world, Json("ours", 1))).RulePack, Today());
        (await ThereAsync()).ShouldBe("ours@1");
        await ActivateAsync(world, (await ProposeAsync(world, Json("ours", 2))).RulePack, Today());
        (await ThereAsync()).ShouldBe("ours@2");
    }

    [Fact]
    public async Task Days_past_need_a_reason()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var pack = (await ProposeAsync(world, Json("ours", 1))).RulePack;
        await World.FailureAsync(ActivateCall(world, pack, Today(-1)), StatusCode.InvalidArgument);
        await ActivateAsync(world, pack, Today(-1), reason: "the state's letter came late");
        (await PlansAsync(world, -1)).Pack.ShouldBe("ours@1");
    }

    [Fact]
    public async Task An_etag_that_is_no_longer_current_changes_nothing()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var pack = (await ProposeAsync(world, Json("ours", 1))).RulePack;
        await ActivateAsync(world, pack, Today());
        var retire = new RetireRulePackRequest { RequestId = World.NewId(), Pack = pack.Pack, Etag = pack.Etag, Reason = "a mistake" };
        (await World.FailureAsync(Client(world).RetireRulePackAsync(retire, world.Operator), StatusCode.Aborted)).ShouldBe("ETAG_MISMATCH");
        (await PlansAsync(world)).Pack.ShouldBe("ours@1");
    }

    [Fact]
    public async Task A_withdrawn_proposal_is_never_activated()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var pack = (await ProposeAsync(world, Json("ours", 1))).RulePack;
        var retired = await Client(world).RetireRulePackAsync(
            new() { RequestId = World.NewId(), Pack = pack.Pack, Etag = pack.Etag, Reason = "not agreed" }, world.Operator);
        retired.RulePack.Status.ShouldBe(V1.RulePackStatus.Retired);
        (await World.FailureAsync(ActivateCall(world, retired.RulePack, Today()), StatusCode.FailedPrecondition)).ShouldBe("RULE_PACK_NOT_PROPOSED");
    }

    [Fact]
    public async Task A_proposal_whose_last_day_went_by_can_be_withdrawn()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var json = Json("ours", 1).Replace("\"effectiveTo\": null", $"\"effectiveTo\": \"{Today(-30)}\"", StringComparison.Ordinal);
        var pack = (await ProposeAsync(world, json)).RulePack;
        var retired = await Client(world).RetireRulePackAsync(
            new() { RequestId = World.NewId(), Pack = pack.Pack, Etag = pack.Etag, Reason = "too late" }, world.Operator);
        (retired.RulePack.Status, retired.RulePack.EffectiveTo).ShouldBe((V1.RulePackStatus.Retired, Today(-30)));
    }

    [Theory]
    [InlineData("\"effectiveFrom\": \"2020-01-01\"", "\"effectiveFrom\": \"0001-01-01\"", "json.effectiveFrom")]
    [InlineData("\"effectiveTo\": null", "\"effectiveTo\": \"9999-12-31\"", "json.effectiveTo")]
    public async Task A_proposal_holds_on_days_that_the_calendar_of_the_platform_has(string old, string other, string field)
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        await FieldsShouldBeAsync(ProposeAsync(world, Json("ours", 1).Replace(old, other, StringComparison.Ordinal)), field);
    }

    [Fact]
    public async Task All_that_is_wrong_with_a_proposal_is_said_at_once_by_path()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var wrong = Json("base", 1, initial: 7).Replace("reviewDays", "reviewDay", StringComparison.Ordinal);
        await FieldsShouldBeAsync(ProposeAsync(world, wrong), "json.rules.plans.reviewDay", "json.rules.plans.reviewDays");
        await FieldsShouldBeAsync(ProposeAsync(world, Json("base", 1)), "json.name");
        await FieldsShouldBeAsync(ProposeAsync(world, ""), "json");
        await FieldsShouldBeAsync(ProposeAsync(world, Json("ours", 1, initial: 365)), "json.rules.plans.initialPlanDays");
        var name = new string('x', 90_000);
        var unknown = Json("ours", 1).Replace("\"scope\": {}", $"\"scope\": {{ \"{name}\": [\"y\"] }}", StringComparison.Ordinal);
        await FieldsShouldBeAsync(ProposeAsync(world, unknown), $"json.scope.{name[..189]}...");
    }

    // As a release leaves it that knows another form of the section.
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task What_an_unreadable_pack_may_say_is_decided_by_nobody_and_all_else_goes_on(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 2);
        await ActivateAsync(world, (await ProposeAsync(world, Json("ours", 1))).RulePack, Today());
        await ChangeAsync(world, Json("ours", 1).Replace("reviewDays", "reviewWeeks", StringComparison.Ordinal));

        var offer = (await world.OfferAsync((await world.ReferEligibleAsync()).Id, program)).Offer;
        (await World.FailureAsync(world.AdmitAsync(offer.Id), StatusCode.FailedPrecondition)).ShouldBe("RULE_PACK_UNUSABLE");
        (await Should.ThrowAsync<DomainException>(() => PlansAsync(world))).Message.ShouldContain("ours@1");
        (await PlansAsync(world, -1)).Pack.ShouldBe("base@1", "it does not hold on that day");
        var broken = (await Client(world).ListRulePacksAsync(new() { Status = V1.RulePackStatus.Active }, world.Operator)).RulePacks.Single(p => p.Pack == "ours@1");
        broken.Problem.ShouldContain("rules.plans.reviewWeeks");
        broken.Sections.ShouldBe(["plans"]);

        var corrected = (await ProposeAsync(world, Json("ours", 2, initial: 4))).RulePack;
        await ActivateAsync(world, corrected, Today());
        (await PlansAsync(world)).Pack.ShouldBe("ours@2");
        await world.AdmitAsync(offer.Id);
    }

    // Every decision that the pack may have a say in fails with this error, which travels in the trailers of the call.
    [Fact]
    public async Task What_is_wrong_with_an_unreadable_pack_is_said_as_far_as_an_error_has_room()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        await ActivateAsync(world, (await ProposeAsync(world, Json("ours", 1))).RulePack, Today());
        var unknown = string.Concat(Enumerable.Range(0, 2000).Select(i => $"\"member{i}\": 1, "));
        await ChangeAsync(world, Json("ours", 1).Replace("\"reviewDays\"", $"{unknown}\"reviewDays\"", StringComparison.Ordinal));
        var refusal = (await Should.ThrowAsync<DomainException>(() => PlansAsync(world))).Message;
        refusal.ShouldContain("rules.plans.member0");
        refusal.Length.ShouldBeLessThan(4000);
    }

    [Fact]
    public async Task A_pack_whose_name_and_version_a_release_took_is_said_and_can_be_retired()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        await ActivateAsync(world, (await ProposeAsync(world, Json("ours", 1))).RulePack, Today());
        await ChangeAsync(world, Json("base", 1), name: "base");
        (await Should.ThrowAsync<DomainException>(() => PlansAsync(world))).Message.ShouldContain("collides with base@1");
        var own = (await Client(world).ListRulePacksAsync(new() { Status = V1.RulePackStatus.Active }, world.Operator)).RulePacks.Single(p => !p.Shipped);
        own.Problem.ShouldNotBeEmpty();
        await Client(world).RetireRulePackAsync(
            new() { RequestId = World.NewId(), Pack = "base@1", Etag = own.Etag, Reason = "the platform carries it" }, world.Operator);
        (await PlansAsync(world)).Pack.ShouldBe("base@1");
    }

    [Fact]
    public async Task Packs_are_for_operators_of_the_whole_network()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var request = new ProposeRulePackRequest { RequestId = World.NewId(), Json = Json("ours", 1) };
        await World.FailureAsync(Client(world).ProposeRulePackAsync(request, world.Tokens.SiteAdmin(world.Network, Guid.NewGuid())), StatusCode.PermissionDenied);
        (await World.FailureAsync(Client(world).ProposeRulePackAsync(request, world.Tokens.Operator(world.Network, Guid.NewGuid())), StatusCode.PermissionDenied))
            .ShouldBe("NETWORK_WIDE");
    }

    [Fact]
    public async Task Packs_are_listed_by_pages_those_of_the_platform_first()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        foreach (var (name, version) in new[] { ("zeta", 1), ("alpha", 2), ("alpha", 1) })
            await ProposeAsync(world, Json(name, version));
        var listed = new List<string>();
        var token = "";
        do
        {
            var page = await Client(world).ListRulePacksAsync(new() { Page = new() { Size = 2, Token = token } }, world.Operator);
            page.RulePacks.Count.ShouldBeLessThanOrEqualTo(2);
            listed.AddRange(page.RulePacks.Select(p => p.Pack));
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        listed.ShouldBe([.. CareRulePacks.Shipped.Packs.Select(p => p.Id).Order(StringComparer.Ordinal), "alpha@1", "alpha@2", "zeta@1"]);
        (await Client(world).ListRulePacksAsync(new() { Status = V1.RulePackStatus.Proposed }, world.Operator)).RulePacks.Count.ShouldBe(3);
    }

    /// <summary>Changes the only pack of a network behind the service's back.</summary>
    private static Task<int> ChangeAsync(World world, string json, string name = "ours") => world.WriteAsync(async (db, ct) =>
    {
        await db.RulePackHeads.ExecuteUpdateAsync(set => set.SetProperty(h => h.Version, h => h.Version + 1), ct);
        return await db.NetworkRulePacks.ExecuteUpdateAsync(set => set.SetProperty(p => p.Json, json).SetProperty(p => p.Name, name), ct);
    });

    private static RulePackService.RulePackServiceClient Client(World world) => new(world.Host.Channel);

    private static string Json(string name, int version, int initial = 7) =>
        $$"""{ "name": "{{name}}", "version": {{version}}, "effectiveFrom": "2020-01-01", "effectiveTo": null, "scope": {}, "rules": {{CarePackTests.Plans(initial)}} }""";

    private static AsyncUnaryCall<ProposeRulePackResponse> ProposeAsync(World world, string json) =>
        Client(world).ProposeRulePackAsync(new() { RequestId = World.NewId(), Json = json }, world.Operator);

    private static AsyncUnaryCall<ActivateRulePackResponse> ActivateCall(World world, V1.RulePack pack, string from, string reason = "") =>
        Client(world).ActivateRulePackAsync(
            new() { RequestId = World.NewId(), Pack = pack.Pack, Etag = pack.Etag, EffectiveFrom = from, Reason = reason }, world.Operator);

    private static async Task<ActivateRulePackResponse> ActivateAsync(World world, V1.RulePack pack, string from, string reason = "") =>
        await ActivateCall(world, pack, from, reason);

    private static async Task<V1.RulePack> GetAsync(World world, string pack) =>
        (await Client(world).GetRulePackAsync(new() { Pack = pack }, world.Operator)).RulePack;

    private static async Task FieldsShouldBeAsync<T>(AsyncUnaryCall<T> call, params string[] fields)
    {
        var error = await Should.ThrowAsync<RpcException>(async () => await call);
        error.ToDomainError().ShouldNotBeNull().Fields.Select(f => f.Field).ShouldBe(fields);
    }

    // As a decision of the service would find it, a day from now.
    private static async Task<Platform.Shared.RulePacks.Applied<Plans.PlanRules>> PlansAsync(World world, int plus = 0)
    {
        var rules = world.Host.Services.GetRequiredService<EnrollmentRules>();
        var set = await world.ReadAsync(rules.ForAsync);
        return set.Section(r => r.Plans, new RuleScope(), UsDays.Earliest(DateTimeOffset.UtcNow).AddDays(plus));
    }
}
