using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.RulePacks;
using Platform.Enrollment.Sites;

namespace Platform.Enrollment.Plans;

public sealed class PlanScheduleRuleTests
{
    private static readonly DateOnly Admitted = new(2026, 3, 2);
    private static readonly RuleScope Scope = new(State: "TX", Track: Track.SubstanceUse, Level: LevelOfCare.IntensiveOutpatient);
    private static readonly PlanScheduleRule Rule = new();

    [Fact]
    public void The_first_plan_is_due_a_week_after_admission() =>
        DueOf(Facts()).ShouldBe([new DueDay(DueKind.InitialPlan, Admitted.AddDays(7), "base@1")]);

    [Fact]
    public void A_review_is_due_thirty_days_after_the_plan_was_first_signed_and_after_each_review()
    {
        var signed = Facts() with { FirstSignedOn = Admitted.AddDays(3) };
        DueOf(signed).ShouldBe([new DueDay(DueKind.Review, Admitted.AddDays(33), "base@1")]);
        DueOf(signed with { LastReviewedOn = Admitted.AddDays(20) }).ShouldBe([new DueDay(DueKind.Review, Admitted.AddDays(50), "base@1")]);
    }

    // 42 CFR 424.24(d)(3)(ii)
    [Fact]
    public void Medicare_asks_for_a_certification_at_admission_and_again_after_sixty_days()
    {
        var medicare = Facts(PayerKind.Medicare);
        DueOf(medicare).ShouldContain(new DueDay(DueKind.Certification, Admitted, "medicare@1"));
        DueOf(medicare with { LastCertifiedOn = Admitted.AddDays(1) })
            .ShouldContain(new DueDay(DueKind.Recertification, Admitted.AddDays(61), "medicare@1"));
    }

    [Fact]
    public void Medicare_asks_for_no_certification_of_another_level() =>
        Rule.Decide(CareRulePacks.Shipped, Scope with { Level = LevelOfCare.Outpatient }, Admitted, Facts(PayerKind.Medicare)).Outcome
            .Select(d => d.Kind).ShouldBe([DueKind.InitialPlan]);

    [Fact]
    public void Of_several_payers_the_one_who_asks_for_the_earliest_day_decides()
    {
        var set = CareRulePacks.Shipped.With([CarePackTests.Pack("medicaid", """{ "payerKind": ["MEDICAID"] }""", CarePackTests.Plans(initial: 2))]);
        var facts = Facts(PayerKind.Commercial, PayerKind.Medicaid);
        Rule.Decide(set, Scope, Admitted, facts).Outcome.ShouldBe([new DueDay(DueKind.InitialPlan, Admitted.AddDays(2), "medicaid@1")]);
    }

    [Fact]
    public void A_physician_signs_where_medicare_pays_and_each_missing_signature_is_named()
    {
        IReadOnlyList<SignerRole> Missing(SignerFacts facts) => new PlanSignersRule().Decide(CareRulePacks.Shipped, Scope, Admitted, facts).Outcome;
        Missing(new SignerFacts([], [])).ShouldBe([SignerRole.Client, SignerRole.Clinician]);
        Missing(new SignerFacts([SignerRole.Client, SignerRole.Clinician], [])).ShouldBeEmpty();
        Missing(new SignerFacts([SignerRole.Client, SignerRole.Clinician], [PayerKind.Medicare])).ShouldBe([SignerRole.Physician]);
    }

    [Fact]
    public void A_decision_that_is_made_again_of_its_record_under_the_same_rules_comes_out_the_same()
    {
        var day = Gen.Choose(0, 400).Select(n => Admitted.AddDays(n));
        var maybe = Gen.OneOf(Gen.Constant<DateOnly?>(null), day.Select(d => (DateOnly?)d));
        var cases = (from admitted in day
                     from signed in maybe
                     from reviewed in maybe
                     from certified in maybe
                     from kinds in Gen.SubListOf(Enum.GetValues<PayerKind>())
                     from state in Gen.Elements("TX", "NY", null)
                     from level in Gen.Elements(Enum.GetValues<LevelOfCare>().Select(l => (LevelOfCare?)l).Append(null).ToArray())
                     select (Scope: new RuleScope(State: state, Level: level), Facts: new ScheduleFacts(admitted, signed, reviewed, certified, [.. kinds])))
            .ToArbitrary();
        Prop.ForAll(cases, c =>
        {
            var live = Rule.Decide(CareRulePacks.Shipped, c.Scope, Admitted, c.Facts);
            var scope = DecisionJson.Read<RuleScope>(DecisionJson.Write(c.Scope));
            using var facts = JsonDocument.Parse(DecisionJson.Write(c.Facts));
            using var outcome = JsonDocument.Parse(DecisionJson.Write(live.Outcome));
            var again = ((IDecisionRule)Rule).Decide(CareRulePacks.Shipped, scope, Admitted, facts.RootElement);
            return again.Pack == live.Pack && JsonElement.DeepEquals(again.Outcome, outcome.RootElement);
        }).QuickCheckThrowOnFailure();
    }

    private static ScheduleFacts Facts(params PayerKind[] payers) => new(Admitted, null, null, null, payers);

    private static IReadOnlyList<DueDay> DueOf(ScheduleFacts facts) => Rule.Decide(CareRulePacks.Shipped, Scope, Admitted, facts).Outcome;
}
