using Platform.Enrollment.Plans;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.Sites;
using Platform.Shared.RulePacks;

namespace Platform.Enrollment.RulePacks;

public sealed class CarePackTests
{
    private static readonly DateOnly Day = new(2026, 3, 2);

    [Fact]
    public void The_packs_of_the_service_are_right_and_one_holds_for_everything()
    {
        var plans = CareRulePacks.Shipped.Section(r => r.Plans, new RuleScope(), new DateOnly(1900, 1, 1));
        (plans.Pack, plans.Rule.ReviewDays).ShouldBe(("base@1", 30));
    }

    [Fact]
    public void Medicare_asks_for_a_certification_and_others_do_not()
    {
        var scope = new RuleScope(State: "TX", Level: LevelOfCare.IntensiveOutpatient);
        CareRulePacks.Shipped.FindSection(r => r.Certification, scope, Day).ShouldBeNull();
        var medicare = CareRulePacks.Shipped.FindSection(r => r.Certification, scope with { PayerKind = PayerKind.Medicare }, Day).ShouldNotBeNull();
        medicare.ShouldBe(new Applied<CertificationRules>(new CertificationRules(9, 0, 60), "medicare@1"));
    }

    [Fact]
    public void A_section_that_the_most_specific_pack_leaves_out_comes_from_the_next_one()
    {
        var set = CareRulePacks.Shipped.With([Pack("ny", """{ "state": ["NY"] }""", """{ "certification": { "minimumHoursPerWeek": 9, "initialDays": 1, "recertifyDays": 30 } }""")]);
        var scope = new RuleScope(State: "NY");
        set.Section(r => r.Certification, scope, Day).Pack.ShouldBe("ny@1");
        set.Section(r => r.Plans, scope, Day).Pack.ShouldBe("base@1");
    }

    [Fact]
    public void A_pack_of_the_network_goes_before_one_of_the_service_for_the_same_scope_and_after_a_more_specific_one()
    {
        var ours = Pack("ours", "{}", Plans(initial: 3)) with { Layer = 1 };
        var set = CareRulePacks.Shipped.With([ours]);
        set.Section(r => r.Plans, new RuleScope(), Day).Pack.ShouldBe("ours@1");
        set.Section(r => r.Plans, new RuleScope(PayerKind: PayerKind.Medicare, Level: LevelOfCare.IntensiveOutpatient), Day).Pack.ShouldBe("medicare@1");
    }

    [Fact]
    public void Two_packs_for_the_same_scope_and_days_collide_only_in_a_section_of_both()
    {
        const string certification = """{ "certification": { "minimumHoursPerWeek": 9, "initialDays": 1, "recertifyDays": 30 } }""";
        Should.Throw<InvalidDataException>(() => CareRulePacks.Shipped.With([Pack("other", "{}", Plans(3))]))
            .Message.ShouldBe("Rule packs base@1 and other@1 hold for the same days and scope.");
        CareRulePacks.Shipped.With([Pack("other", "{}", certification)]).Packs.Count.ShouldBe(CareRulePacks.Shipped.Packs.Count + 1);
    }

    [Theory]
    [InlineData("\"reviewDays\"", "\"reviewDay\"", "$.rules.plans.reviewDay", "$.rules.plans.reviewDays")]
    [InlineData("\"reviewDays\": 30", "\"reviewDays\": \"30\"", "$.rules.plans.reviewDays")]
    [InlineData("\"reviewDays\": 30", "\"reviewDays\": null", "$.rules.plans.reviewDays")]
    [InlineData("\"reviewDays\": 30", "\"reviewDays\": 0", "$.rules.plans.reviewDays")]
    [InlineData("\"CLINICIAN\"", "\"NURSE\"", "$.rules.plans.signers[1]")]
    [InlineData("\"CLINICIAN\"", "\"CLIENT\"", "$.rules.plans.signers")]
    [InlineData("\"effectiveTo\": null,", "", "$.effectiveTo")]
    [InlineData("\"2026-01-01\"", "\"yesterday\"", "$.effectiveFrom")]
    [InlineData("{ \"state\": [\"NY\"] }", "{ \"state\": [\"New York\"], \"moon\": [\"full\"] }", "$.scope.state[0]", "$.scope.moon")]
    [InlineData("[\"NY\"]", "[\"NY\\n\"]", "$.scope.state[0]")]
    [InlineData("{ \"state\": [\"NY\"] }", "{ \"state\": [] }", "$.scope.state")]
    [InlineData("{ \"state\": [\"NY\"] }", "{ \"level\": [\"HOSPICE\"] }", "$.scope.level[0]")]
    [InlineData("\"version\": 1", "\"version\": 0", "$.version")]
    [InlineData("\"version\": 1", "\"version\": 1, \"id\": \"x\", \"layer\": 3", "$.id", "$.layer")]
    [InlineData("\"version\": 1", "\"version\": 1, \"version\": 2", "$")]
    [InlineData("}", "", "$")]
    public void Whatever_is_wrong_with_a_pack_is_said_with_its_path(string right, string wrong, params string[] paths)
    {
        const string json = """
            { "name": "ny", "version": 1, "effectiveFrom": "2026-01-01", "effectiveTo": null, "scope": { "state": ["NY"] },
              "rules": { "plans": { "initialPlanDays": 7, "reviewDays": 30, "signers": ["CLIENT", "CLINICIAN"] } } }
            """;
        CareRulePacks.Format.Require(json, "ny").Rules.Plans!.ReviewDays.ShouldBe(30);
        var errors = new RuleErrors();
        CareRulePacks.Format.Read(json.Replace(right, wrong, StringComparison.Ordinal), errors).ShouldBeNull();
        errors.Found.Select(error => error.Field).ShouldBe(paths, ignoreOrder: true);
    }

    [Fact]
    public void A_pack_of_the_service_that_is_wrong_is_named() =>
        Should.Throw<InvalidDataException>(() => CareRulePacks.Format.Require("{}", "base.json")).Message.ShouldStartWith("Rule pack base.json: $.name is missing.");

    internal static RulePack<CareRules> Pack(string name, string scope, string rules, int version = 1) => CareRulePacks.Format.Require(
        $$"""{ "name": "{{name}}", "version": {{version}}, "effectiveFrom": "2020-01-01", "effectiveTo": null, "scope": {{scope}}, "rules": {{rules}} }""",
        name);

    internal static string Plans(int initial = 7, int review = 30) =>
        $$"""{ "plans": { "initialPlanDays": {{initial}}, "reviewDays": {{review}}, "signers": ["CLIENT", "CLINICIAN"] } }""";
}
