using Platform.Billing.Charges;
using Platform.Billing.Coverages;
using Platform.Billing.Payers;
using Platform.Billing.RulePacks;
using Platform.Shared.Money;
using Platform.Shared.RulePacks;

namespace Platform.Billing.Tests.Rules;

public sealed class EvaluationTests
{
    private static readonly RulePackSet<BillingRules> Packs = BillingPacks.Load();
    private static readonly DateOnly Day = new(2026, 3, 2);
    private static readonly Payer Payer = new() { Id = Guid.NewGuid(), PayerCode = "P1" };
    private static readonly Coverage Coverage = new() { Id = Guid.NewGuid(), PayerId = Payer.Id };

    [Fact]
    public void Three_hours_are_a_day_and_a_minute_less_is_none()
    {
        var contract = Contract("H0015");

        var atFloor = Evaluate(180, [contract]);
        atFloor.BelowFloor.ShouldBeFalse();
        atFloor.Holds.ShouldBeEmpty();
        atFloor.Contract.ShouldBe(contract);
        Evaluate(179, [contract]).BelowFloor.ShouldBeTrue();
    }

    [Fact]
    public void A_day_below_the_floor_is_not_billable_even_when_nobody_covers_it()
    {
        var evaluation = Evaluate(100, [], covered: false);

        evaluation.BelowFloor.ShouldBeTrue();
        evaluation.Holds.ShouldBeEmpty();
    }

    [Fact]
    public void A_day_that_nobody_covers_is_held() => Evaluate(200, [], covered: false).Holds.ShouldBe([Hold.CoverageMissing]);

    [Fact]
    public void A_day_without_a_contract_is_held() => Evaluate(200, []).Holds.ShouldBe([Hold.ContractMissing]);

    [Fact]
    public void A_contract_holds_from_its_first_to_its_last_day()
    {
        var contract = Contract("H0015", Day, Day);

        Evaluate(200, [contract]).Holds.ShouldBeEmpty();
        Evaluate(200, [Contract("H0015", Day.AddDays(1), null)]).Holds.ShouldBe([Hold.ContractMissing]);
        Evaluate(200, [Contract("H0015", Day.AddDays(-9), Day.AddDays(-1))]).Holds.ShouldBe([Hold.ContractMissing]);
    }

    [Fact]
    public void A_mental_health_day_is_billed_with_the_psychiatric_code_and_never_with_the_one_for_substance_use()
    {
        Contract[] both = [Contract("H0015"), Contract("S9480")];

        Evaluate(200, both, track: Track.MentalHealth).Contract!.Code.ShouldBe("S9480");
        Evaluate(200, both, track: Track.SubstanceUse).Contract!.Code.ShouldBe("H0015");
        Evaluate(200, [both[0]], track: Track.MentalHealth).Holds.ShouldBe([Hold.ContractMissing]);
    }

    [Fact]
    public void A_dual_diagnosis_day_is_billed_with_whichever_code_the_payer_has_a_contract_for()
    {
        Evaluate(200, [Contract("S9480")], track: Track.DualDiagnosis).Contract!.Code.ShouldBe("S9480");
        Evaluate(200, [Contract("S9480"), Contract("H0015")], track: Track.DualDiagnosis).Contract!.Code.ShouldBe("H0015");
    }

    [Fact]
    public void A_day_of_a_time_without_rules_is_held() =>
        Evaluation.Of(Packs, "TX", Track.SubstanceUse, new DateOnly(1999, 1, 1), 200, Coverage, Payer, [])
            .Holds.ShouldBe([Hold.RulePackMissing]);

    [Fact]
    public void The_proof_names_the_pack_and_its_version() => Evaluate(200, [Contract("H0015")]).RulePack.ShouldBe("base@1");

    [Theory]
    [InlineData(0, 4000, false)]
    [InlineData(90, 90, false)]
    [InlineData(90, 91, true)]
    public void Filing_lapses_when_the_contracts_days_after_service_have_passed(int limit, int daysLater, bool lapsed) =>
        new Contract { TimelyFilingDays = limit }.FilingHasLapsed(Day, Day.AddDays(daysLater)).ShouldBe(lapsed);

    private static Evaluation Evaluate(int minutes, Contract[] contracts, bool covered = true, Track track = Track.SubstanceUse) =>
        Evaluation.Of(Packs, "TX", track, Day, minutes, covered ? Coverage : null, covered ? Payer : null, contracts);

    private static Contract Contract(string code, DateOnly? from = null, DateOnly? to = null) => new()
    {
        Id = Guid.NewGuid(),
        PayerId = Payer.Id,
        Code = code,
        Rate = new Money(250_00),
        EffectiveFrom = from ?? new DateOnly(2026, 1, 1),
        EffectiveTo = to,
    };
}
