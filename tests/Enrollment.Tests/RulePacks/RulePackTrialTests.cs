using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Enrollment.PlanJourneys;
using Platform.Enrollment.V1;

namespace Platform.Enrollment.RulePacks;

/// <summary>A pack tried on decisions that were made.</summary>
public sealed class RulePackTrialTests(Hosts hosts)
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_pack_that_is_tried_shows_what_would_have_come_out_otherwise_and_changes_nothing(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var episode = await world.AdmitAsync(daysAgo: 0);
        var (differences, summaries) = await TryAsync(world, Json("ours", CarePackTests.Plans(initial: 2)));
        var difference = differences.ShouldHaveSingleItem();
        (difference.Kind, difference.SubjectId, difference.OldPack, difference.NewPack).ShouldBe(("plan.schedule", episode.Id, "base@1", "ours@1"));
        (difference.OldOutcome.Contains(World.Today(7), StringComparison.Ordinal), difference.NewOutcome.Contains(World.Today(2), StringComparison.Ordinal)).ShouldBe((true, true));
        summaries.Single(s => s.Kind == "plan.schedule").ShouldBe(new DecisionSummary { Kind = "plan.schedule", Replayed = 1, Differing = 1 });
        (await world.DueAsync()).ShouldBe([(V1.DueKind.InitialPlan, World.Today(7), false)]);
        var audited = await world.ReadAsync((db, ct) => db.Database
            .SqlQuery<string>($"SELECT action AS \"Value\" FROM audit_entry WHERE action LIKE 'rule%' ORDER BY sequence")
            .ToListAsync(ct));
        audited.ShouldContain("rule_pack.try");
        audited.ShouldContain("rule_decision.read");
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Under_the_rules_as_they_were_nothing_comes_out_otherwise(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var episode = await world.AdmitAsync(daysAgo: 3);
        await world.PutInForceAsync(episode);
        await world.ReviewAsync(episode, World.Today(), "G1");
        await world.PaidByAsync(episode, V1.PayerKind.Medicare);
        await world.CertifyAsync(episode, World.Today());
        await world.AdmitAsync(daysAgo: 1);

        // A pack for nobody: every decision is made again under the packs that hold already.
        var (differences, summaries) = await TryAsync(world, Json("nobody", CarePackTests.Plans(), """{ "payer": ["NOBODY"] }"""));
        differences.ShouldBeEmpty();
        summaries.Sum(s => s.Replayed).ShouldBe(await world.ReadAsync((db, ct) => db.RuleDecisions.LongCountAsync(ct)));
        summaries.Single(s => s.Kind == "plan.schedule").Replayed.ShouldBe(5);
    }

    [Fact]
    public async Task A_proposed_pack_is_tried_by_name_also_on_days_before_its_own()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        await world.AdmitAsync(daysAgo: 0);
        var json = Json("ours", CarePackTests.Plans(initial: 2)).Replace("2020-01-01", "2199-01-01", StringComparison.Ordinal);
        await Client(world).ProposeRulePackAsync(new() { RequestId = World.NewId(), Json = json }, world.Operator);
        var request = new TryRulePackRequest { Pack = "ours@1", From = World.Today(-1), To = World.Today(1), Kinds = { "plan.schedule" } };
        var (differences, summaries) = await TryAsync(world, request, world.Operator);
        (differences.Count, summaries.ShouldHaveSingleItem().Replayed).ShouldBe((1, 1));
    }

    [Fact]
    public async Task Decisions_of_other_sites_are_not_shown_and_only_operators_try()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        await world.AdmitAsync(daysAgo: 0);
        var request = new TryRulePackRequest { Json = Json("ours", CarePackTests.Plans(initial: 2)), From = World.Today(-1), To = World.Today(1) };
        var (differences, _) = await TryAsync(world, request, world.Tokens.Operator(world.Network, Guid.NewGuid()));
        differences.ShouldBeEmpty();
        (await Should.ThrowAsync<RpcException>(() => TryAsync(world, request, world.Clinician()))).StatusCode.ShouldBe(StatusCode.PermissionDenied);
        request.Kinds.Add("moon.phase");
        (await Should.ThrowAsync<RpcException>(() => TryAsync(world, request, world.Operator))).StatusCode.ShouldBe(StatusCode.InvalidArgument);
    }

    [Fact]
    public async Task Every_kind_of_decision_can_be_made_again()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var made = typeof(EnrollmentService).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IDecisionRule)) && !type.IsAbstract);
        world.Host.Services.GetServices<IDecisionRule>().Select(rule => rule.GetType()).ShouldBe(made, ignoreOrder: true);
    }

    private static RulePackService.RulePackServiceClient Client(World world) => new(world.Host.Channel);

    private static string Json(string name, string rules, string scope = "{}") =>
        $$"""{ "name": "{{name}}", "version": 1, "effectiveFrom": "2020-01-01", "effectiveTo": null, "scope": {{scope}}, "rules": {{rules}} }""";

    private static Task<(List<DecisionDifference> Differences, List<DecisionSummary> Summaries)> TryAsync(World world, string json) =>
        TryAsync(world, new() { Json = json, From = World.Today(-10), To = World.Today(1) }, world.Operator);

    private static async Task<(List<DecisionDifference> Differences, List<DecisionSummary> Summaries)> TryAsync(
        World world, TryRulePackRequest request, Metadata headers)
    {
        using var call = Client(world).TryRulePack(request, headers);
        var (differences, summaries) = (new List<DecisionDifference>(), new List<DecisionSummary>());
        await foreach (var found in call.ResponseStream.ReadAllAsync())
        {
            if (found.Difference is { } difference)
                differences.Add(difference);
            else
                summaries.Add(found.Summary);
        }
        return (differences, summaries);
    }
}
