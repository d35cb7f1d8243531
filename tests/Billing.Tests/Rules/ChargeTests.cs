using Platform.Billing.Charges;
using Platform.Billing.Coverages;
using Platform.Billing.Payers;
using Platform.Shared.Money;

namespace Platform.Billing.Tests.Rules;

public sealed class ChargeTests
{
    private static readonly ServiceDay Day = new(
        Guid.NewGuid(), 1, Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), new DateOnly(2026, 3, 2), 200, Guid.NewGuid());

    [Fact]
    public void A_new_charge_waits_to_be_evaluated()
    {
        var charge = Charge.For(Day, Guid.NewGuid(), Guid.NewGuid());

        charge.Status.ShouldBe(ChargeStatus.Held);
        charge.Holds.ShouldBe([Hold.EvaluationPending]);
        charge.IsClaimable.ShouldBeFalse();
    }

    [Fact]
    public void A_ready_charge_is_the_contracts_rate_for_one_unit()
    {
        var charge = Ready();

        (charge.Status, charge.Units, charge.Amount).ShouldBe((ChargeStatus.Ready, 1, new Money(250_00)));
    }

    [Fact]
    public void An_older_or_equal_version_of_the_day_changes_nothing()
    {
        var charge = Charge.For(Day with { Version = 3 }, Guid.NewGuid(), Guid.NewGuid());

        charge.Amend(Day with { Version = 2, Minutes = 10 }).ShouldBeFalse();
        charge.Amend(Day with { Version = 3, Minutes = 10 }).ShouldBeFalse();
        charge.Minutes.ShouldBe(200);
    }

    [Fact]
    public void A_newer_version_of_an_unclaimed_day_makes_the_charge_wait_again()
    {
        var charge = Ready();

        charge.Amend(Day with { Version = 2, Minutes = 90 }).ShouldBeTrue();

        (charge.Status, charge.Minutes, charge.Amount, charge.ContractId).ShouldBe((ChargeStatus.Held, 90, Money.Zero, null));
        charge.Holds.ShouldBe([Hold.EvaluationPending]);
    }

    [Fact]
    public void A_newer_version_of_a_claimed_day_is_kept_and_flagged_and_what_was_claimed_stays()
    {
        var charge = Ready();
        charge.GoOut(Guid.NewGuid(), "C1L001");

        charge.Amend(Day with { Version = 2, Minutes = 90 }).ShouldBeTrue();
        charge.Amend(Day with { Version = 2, Minutes = 90 }).ShouldBeFalse();

        (charge.Status, charge.Minutes, charge.Amount).ShouldBe((ChargeStatus.Claimed, 200, new Money(250_00)));
        (charge.AmendedVersion, charge.AmendedMinutes).ShouldBe((2, 90));
        charge.Holds.ShouldBe([Hold.DayAmendedAfterClaim]);
    }

    [Fact]
    public void A_charge_that_comes_back_has_the_minutes_and_the_clinician_of_the_newest_version()
    {
        var (charge, clinician) = (Ready(), Guid.NewGuid());
        charge.GoOut(Guid.NewGuid(), "C1L001");
        charge.Amend(Day with { Version = 2, Minutes = 90, FacilitatorId = Guid.NewGuid() }).ShouldBeTrue();
        charge.Amend(Day with { Version = 3, Minutes = 80, FacilitatorId = clinician }).ShouldBeTrue();
        charge.FacilitatorId.ShouldBe(Day.FacilitatorId);

        charge.ComeBack().ShouldBeTrue();
        (charge.ServiceDayVersion, charge.Minutes, charge.FacilitatorId).ShouldBe((3, 80, clinician));
    }

    [Fact]
    public void A_claimed_charge_is_never_claimed_or_evaluated_again()
    {
        var charge = Ready();
        charge.GoOut(Guid.NewGuid(), "C1L001");

        Should.Throw<InvalidOperationException>(() => charge.GoOut(Guid.NewGuid(), "C2L001"));
        Should.Throw<InvalidOperationException>(() => charge.Apply(Priced(), null));
    }

    [Fact]
    public void A_held_charge_is_not_claimed() =>
        Should.Throw<InvalidOperationException>(() => Charge.For(Day, Guid.NewGuid(), Guid.NewGuid()).GoOut(Guid.NewGuid(), "C1L001"));

    [Fact]
    public void A_payment_or_a_patients_share_is_paid_and_adjustments_alone_are_a_denial()
    {
        Posted(paid: 200, patient: 0, adjusted: 50).Status.ShouldBe(ChargeStatus.Paid);
        Posted(paid: 0, patient: 250, adjusted: 0).Status.ShouldBe(ChargeStatus.Paid);
        Posted(paid: 0, patient: 0, adjusted: 250).Status.ShouldBe(ChargeStatus.Denied);
    }

    [Fact]
    public void A_reversal_takes_a_charge_back_to_claimed_whether_it_comes_before_or_after()
    {
        var charge = Posted(paid: 200, patient: 0, adjusted: 50);
        charge.Post(new Money(-200), Money.Zero, new Money(-50));
        charge.Status.ShouldBe(ChargeStatus.Claimed);

        var early = Posted(paid: -200, patient: 0, adjusted: -50);
        early.Post(new Money(200), Money.Zero, new Money(50));
        early.Status.ShouldBe(ChargeStatus.Claimed);
    }

    private static Charge Posted(long paid, long patient, long adjusted)
    {
        var charge = Ready();
        charge.GoOut(Guid.NewGuid(), "C1L001");
        charge.Post(new Money(paid), new Money(patient), new Money(adjusted));
        return charge;
    }

    private static Charge Ready()
    {
        var charge = Charge.For(Day, Guid.NewGuid(), Guid.NewGuid());
        charge.Place("TX", null);
        charge.Apply(Priced(), null);
        return charge;
    }

    private static Evaluation Priced() => new(
        "base@1",
        new Coverage { Id = Guid.NewGuid(), PayerId = Guid.NewGuid() },
        new Contract { Id = Guid.NewGuid(), Code = "H0015", Rate = new Money(250_00) },
        BelowFloor: false,
        []);
}
