using System.Text;
using Platform.Billing.RulePacks;

namespace Platform.Billing.Tests.Rules;

public sealed class RulePackTests
{
    private static readonly RulePackCatalogue Packs = RulePackCatalogue.Load();

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
        var packs = new RulePackCatalogue([Pack("base", 1, to: new DateOnly(2025, 12, 31)), Pack("base", 2, from: new DateOnly(2026, 1, 1))]);

        packs.For("TX", null, new DateOnly(2025, 12, 31))!.Version.ShouldBe(1);
        packs.For("TX", null, new DateOnly(2026, 1, 1))!.Version.ShouldBe(2);
    }

    [Fact]
    public void A_pack_for_a_payer_goes_before_one_for_a_state()
    {
        var packs = new RulePackCatalogue([Pack("base", 1), Pack("state", 1, states: ["NY"]), Pack("payer", 1, payers: ["P1"])]);

        packs.For("NY", "P1", new DateOnly(2026, 1, 1))!.Name.ShouldBe("payer");
        packs.For("NY", "P2", new DateOnly(2026, 1, 1))!.Name.ShouldBe("state");
        packs.For("NY", null, new DateOnly(2026, 1, 1))!.Name.ShouldBe("state");
        packs.For("TX", "P2", new DateOnly(2026, 1, 1))!.Name.ShouldBe("base");
    }

    [Fact]
    public void Two_packs_that_hold_for_the_same_days_are_refused_by_name() =>
        Should.Throw<InvalidDataException>(() => new RulePackCatalogue([Pack("base", 1), Pack("base", 2, from: new DateOnly(2030, 1, 1))]))
            .Message.ShouldBe("Rule packs base@1 and base@2 hold for the same days, states and payers.");

    [Fact]
    public void A_pack_without_a_rule_for_some_kind_of_program_is_refused() =>
        Should.Throw<InvalidDataException>(() => new RulePackCatalogue(
                [Pack("base", 1) with { PerDiem = [new PerDiemRule("H0015", 180, [Track.SubstanceUse])] }]))
            .Message.ShouldBe("Rule pack base@1: no per-diem rule is for MentalHealth.");

    [Theory]
    [InlineData("floorMinutes", "floorMinute")]
    [InlineData("\"version\": 1,", "")]
    [InlineData("SUBSTANCE_USE", "SUBSTANCE")]
    public void A_pack_with_a_member_that_is_missing_unknown_or_misspelt_is_refused(string right, string wrong)
    {
        const string json = """
            { "name": "base", "version": 1, "effectiveFrom": "2001-01-01", "effectiveTo": null, "states": [], "payerCodes": [],
              "perDiem": [{ "code": "H0015", "floorMinutes": 180, "tracks": ["SUBSTANCE_USE"] }],
              "claim": { "facilityType": "13", "admissionType": "3", "patientStatus": "30", "conditionCodes": [] } }
            """;

        Read(json).PerDiem.ShouldHaveSingleItem().FloorMinutes.ShouldBe(180);
        Should.Throw<InvalidDataException>(() => Read(json.Replace(right, wrong, StringComparison.Ordinal))).Message.ShouldContain("a-file");
    }

    private static RulePack Read(string json)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        return RulePackCatalogue.Read(stream, "a-file");
    }

    private static RulePack Pack(
        string name, int version, DateOnly? from = null, DateOnly? to = null, string[]? states = null, string[]? payers = null) => new(
            name,
            version,
            from ?? new DateOnly(2001, 1, 1),
            to,
            states ?? [],
            payers ?? [],
            [new PerDiemRule("H0015", 180, Enum.GetValues<Track>())],
            new ClaimRule("13", "3", "30", []));
}
