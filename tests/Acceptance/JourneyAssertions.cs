using Platform.Billing.X12;
using Platform.Local.Demo;

namespace Platform.Acceptance;

/// <summary>What must be so after a journey, on every column.</summary>
internal static class JourneyAssertions
{
    private const long RateCents = 18_550;

    public static void ShouldBeWhole(this JourneyReport report)
    {
        report.DaysClaimed.ShouldBe(8, "three people on three days, one of them below the floor once");
        report.DaysNotBillable.ShouldBe(1);
        report.ChargedCents.ShouldBe(8 * RateCents);
        report.PaidCents.ShouldBe(8 * RateCents * 9 / 10);
        report.Claims.Count.ShouldBe(3);
        report.OpenAfter.ShouldBe(report.OpenBefore);

        using var claimFile = File.OpenRead(report.ClaimFile);
        var claims = InstitutionalClaimReader.Read(claimFile).Single().Claims.ToList();
        claims.Sum(c => c.TotalChargeCents).ShouldBe(report.ChargedCents);
        claims.ShouldAllBe(c => c.Lines.All(l => l.Procedure!.Code == "H0015" && l.RevenueCode == "0906" && l.Units == 1));
        claims.ShouldAllBe(c => c.PriorAuthorization != null && c.FacilityType == "13");

        using var remittanceFile = File.OpenRead(report.RemittanceFile);
        RemittanceReader.Read(remittanceFile).Single().Payment.AmountCents.ShouldBe(report.PaidCents);
    }
}
