using Platform.Billing.RulePacks;
using Platform.Shared.RulePacks;

namespace Platform.Billing.Tests.Rules;

public sealed class RulePackTests
{
    private const string Json = """
        { "name": "base", "version": 1, "effectiveFrom": "2001-01-01", "effectiveTo": null, "scope": {},
          "rules": {
            "perDiem": [{ "code": "H0015", "floorMinutes": 180, "tracks": ["SUBSTANCE_USE", "MENTAL_HEALTH", "DUAL_DIAGNOSIS", "EATING_DISORDER"] }],
            "claim": { "facilityType": "13", "admissionType": "3", "patientStatus": "30", "conditionCodes": [] } } }
        """;

    private static readonly RulePackSet<BillingRules> Packs = BillingPacks.Load();

    [Theory]
    [InlineData("TX", "base@1")]
    [InlineData("NY", "new-york@1")]
    public void A_site_is_under_the_pack_of_its_state_or_else_under_the_base_pack(string state, string pack) =>
        Packs.For(state, payerCode: null, new DateOnly(2026, 3, 2))!.Id.ShouldBe(pack);

    [Fact]
    public void No_pack_holds_before_the_first_one_begins() =>
        Packs.For("TX", payerCode: null, new DateOnly(2000, 12, 31)).ShouldBeNull();

    [Fact]
    public void A_pack_of_a_later_year_replaces_the_earlier_one_from_its_first_day()
    {
        var packs = Set(Pack("base", 1, to: new DateOnly(2025, 12, 31)), Pack("base", 2, from: new DateOnly(2026, 1, 1)));

        packs.For("TX", null, new DateOnly(2025, 12, 31))!.Version.ShouldBe(1);
        packs.For("TX", null, new DateOnly(2026, 1, 1))!.Version.ShouldBe(2);
    }

    [Fact]
    public void A_pack_for_a_payer_goes_before_one_for_a_state()
    {
        var packs = Set(Pack("base", 1), Pack("state", 1, ("state", "NY")), Pack("payer", 1, ("payer", "P1")));

        packs.For("NY", "P1", new DateOnly(2026, 1, 1))!.Name.ShouldBe("payer");
        packs.For("NY", "P2", new DateOnly(2026, 1, 1))!.Name.ShouldBe("state");
        packs.For("NY", null, new DateOnly(2026, 1, 1))!.Name.ShouldBe("state");
        packs.For("TX", "P2", new DateOnly(2026, 1, 1))!.Name.ShouldBe("base");
    }

    [Fact]
    public void Two_packs_that_hold_for_the_same_days_are_refused_by_name() =>
        Should.Throw<InvalidDataException>(() => Set(Pack("base", 1), Pack("base", 2, from: new DateOnly(2030, 1, 1))))
            .Message.ShouldBe("Rule packs base@1 and base@2 hold for the same days and scope.");

    [Theory]
    [InlineData("floorMinutes", "floorMinute", "$.rules.perDiem[0].floorMinute is not known here")]
    [InlineData("\"version\": 1,", "", "$.version is missing")]
    [InlineData("SUBSTANCE_USE", "SUBSTANCE", "$.rules.perDiem[0].tracks[0] must be one of SUBSTANCE_USE")]
    [InlineData("\"SUBSTANCE_USE\", \"MENTAL_HEALTH\"", "\"SUBSTANCE_USE\"", "$.rules.perDiem has no rule for MentalHealth")]
    [InlineData("180", "1441", "$.rules.perDiem[0].floorMinutes must be from 1 to 1440")]
    [InlineData("H0015", "H001", "$.rules.perDiem[0].code must have five characters")]
    [InlineData("\"13\"", "\"131\"", "$.rules.claim.facilityType must have two digits")]
    public void A_pack_with_a_member_that_is_missing_unknown_or_wrong_is_refused_by_name_and_place(string right, string wrong, string what)
    {
        BillingPacks.Format.Require(Json, "a-file").Rules.PerDiem.ShouldHaveSingleItem().FloorMinutes.ShouldBe(180);
        var message = Should.Throw<InvalidDataException>(
            () => BillingPacks.Format.Require(Json.Replace(right, wrong, StringComparison.Ordinal), "a-file")).Message;
        message.ShouldStartWith("Rule pack a-file: ");
        message.ShouldContain(what);
    }

    private static RulePackSet<BillingRules> Set(params RulePack<BillingRules>[] packs) => new(BillingPacks.Format, packs);

    private static RulePack<BillingRules> Pack(
        string name, int version, (string Dimension, string Value)? scope = null, DateOnly? from = null, DateOnly? to = null) =>
        BillingPacks.Format.Require(Json, name) with
        {
            Name = name,
            Version = version,
            EffectiveFrom = from ?? new DateOnly(2001, 1, 1),
            EffectiveTo = to,
            Scope = new Dictionary<string, IReadOnlyList<string>>(
                scope is { } s ? [KeyValuePair.Create<string, IReadOnlyList<string>>(s.Dimension, [s.Value])] : [], StringComparer.Ordinal),
        };
}
