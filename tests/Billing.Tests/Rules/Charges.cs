using Platform.Billing.Charges;
using Platform.Billing.Coverages;
using Platform.Billing.Payers;
using Platform.Shared.Money;

namespace Platform.Billing.Tests.Rules;

/// <summary>Charges for tests of rules.</summary>
internal static class Charges
{
    /// <summary>A charge of $250 for H0015 that went out.</summary>
    public static Charge Claimed(DateOnly on, string line)
    {
        var day = new ServiceDay(
            Guid.NewGuid(), 1, Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), on, 200, Guid.NewGuid());
        var charge = Charge.For(day, Guid.NewGuid(), Guid.NewGuid());
        charge.Place("TX", null);
        charge.Apply(
            new Evaluation(
                "base@1",
                new Coverage { Id = Guid.NewGuid(), PayerId = Guid.NewGuid() },
                new Contract { Id = Guid.NewGuid(), Code = "H0015", Rate = new Money(250_00) },
                BelowFloor: false,
                []),
            authorizationId: null);
        charge.GoOut(Guid.NewGuid(), line);
        return charge;
    }
}
