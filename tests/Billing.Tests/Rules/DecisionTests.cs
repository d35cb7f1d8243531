using Platform.Billing.Ledger;
using Platform.Billing.Remittances;
using Platform.Billing.X12;
using Platform.Shared.Money;

namespace Platform.Billing.Tests.Rules;

public sealed class DecisionTests
{
    [Theory]
    [InlineData("CO", "45", "CONTRACTUAL_ADJUSTMENT")]
    [InlineData("CO", "97", "OTHER_ADJUSTMENT")]
    [InlineData("OA", "45", "OTHER_ADJUSTMENT")]
    [InlineData("PI", "16", "OTHER_ADJUSTMENT")]
    [InlineData("PR", "1", "PATIENT_RECEIVABLE")]
    [InlineData("PR", "45", "PATIENT_RECEIVABLE")]
    public void An_adjustment_goes_to_the_account_of_its_group_and_reason(string group, string reason, string account) =>
        Decision.AccountOf(new Adjustment(group, reason, 100)).Code().ShouldBe(account);

    [Fact]
    public void A_decision_moves_exactly_what_was_charged_out_of_what_the_payer_owes()
    {
        var decision = new Decision(
            new Money(180_00), [new Adjustment("CO", "45", 40_00), new Adjustment("PR", "3", 20_00), new Adjustment("OA", "23", 10_00)]);
        var posting = new Posting(Guid.NewGuid(), new DateOnly(2026, 4, 1), Guid.NewGuid(), Guid.NewGuid());

        decision.PostTo(posting, "835 T1:");

        posting.Moves.ShouldAllBe(move => move.Credit == Account.Receivable);
        posting.Moves.Select(move => move.Amount).Sum().ShouldBe(new Money(250_00));
        posting.Moves.Select(move => (move.Debit, move.Amount.Cents)).ShouldBe(
            [(Account.Cash, 180_00), (Account.ContractualAdjustment, 40_00), (Account.PatientReceivable, 20_00), (Account.OtherAdjustment, 10_00)]);
    }

    [Fact]
    public void A_line_is_matched_by_its_own_id_and_without_one_by_code_and_day()
    {
        var first = Charges.Claimed(new DateOnly(2026, 3, 2), "C1L001");
        var second = Charges.Claimed(new DateOnly(2026, 3, 4), "C1L002");
        var line = new RemittanceLine { Procedure = new Procedure { Code = "H0015" }, ChargedCents = 250_00, PaidCents = 250_00 };

        LineMatch.Find(line with { LineControlNumber = "C1L002", From = first.On }, [first, second]).ShouldBe(second);
        LineMatch.Find(line with { From = first.On }, [first, second]).ShouldBe(first);
        LineMatch.Find(line, [first, second]).ShouldBeNull();
        LineMatch.Find(line with { Procedure = new Procedure { Code = "90853" }, From = first.On }, [first, second]).ShouldBeNull();
        LineMatch.Find(
            line with { Procedure = new Procedure { Code = "90853" }, BilledProcedure = new Procedure { Code = "H0015" }, From = first.On },
            [first, second]).ShouldBe(first);
    }
}
