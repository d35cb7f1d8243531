using Platform.Billing.X12;
using static Platform.Billing.Tests.X12.X12Samples;

namespace Platform.Billing.Tests.X12;

public sealed class RemittanceReaderTests
{
    private const string MadeUpFile = "made-up";
    private const string RealFile = "emedny-835.edi";

    private static readonly Remittance Read = ReadRemittances(X12Samples.Remittance).ShouldHaveSingleItem();

    [Fact]
    public void The_payment_tells_how_much_when_how_and_by_which_trace_number()
    {
        Read.Payment.ShouldBe(new RemittancePayment
        {
            Handling = "I",
            AmountCents = 286_50,
            Method = "ACH",
            Date = new(2026, 3, 23),
            TraceNumber = "EFT0001",
            OriginatorId = "1123456789",
        });
        Read.ProductionDate.ShouldBe(new DateOnly(2026, 3, 20));
        Read.Payer.Name.ShouldBe("RIVER HEALTH PLAN");
        Read.Payee.Npi.ShouldBe("1234567893");
        Read.Payee.References.ShouldBe([new("TJ", "123456789")]);
    }

    [Fact]
    public void A_claim_keeps_its_status_amounts_numbers_and_remarks()
    {
        var claim = Read.Claims[0];
        (claim.ClaimId, claim.StatusCode, claim.ChargedCents, claim.PaidCents, claim.PatientResponsibilityCents).ShouldBe(("CLM0001", "1", 600_00, 535_00, 20_00));
        (claim.PayerControlNumber, claim.FacilityType, claim.Frequency, claim.MemberId).ShouldBe(("ICN1", "13", "1", "M0001"));
        claim.RemarkCodes.ShouldBe(["MA01"]);
        claim.Amounts.ShouldBe([new("AU", 555_00)]);
        (claim.From, claim.Through).ShouldBe((new DateOnly(2026, 3, 2), new DateOnly(2026, 3, 3)));
    }

    [Fact]
    public void A_line_keeps_its_service_units_days_adjustments_and_line_id()
    {
        var (first, second) = (Read.Claims[0].Lines[0], Read.Claims[0].Lines[1]);
        first.Procedure.ShouldBe(new Procedure { Code = "H0015", Modifiers = ["HF"] });
        (first.RevenueCode, first.LineControlNumber, first.ChargedCents, first.PaidCents).ShouldBe(("0906", "L1", 300_00, 255_00));
        first.Adjustments.ShouldBe([new("CO", "45", 45_00)]);
        first.RemarkCodes.ShouldBe(["N130"]);
        (second.From, second.Through, second.UnitsPaid, second.UnitsBilled).ShouldBe((new DateOnly(2026, 3, 3), new DateOnly(2026, 3, 4), 1m, 2m));
        second.Adjustments.ShouldBe([new("PR", "2", 20_00), new("PR", "3", 0)]);
    }

    [Fact]
    public void A_claim_may_be_adjusted_as_a_whole_and_denied()
    {
        var claim = Read.Claims[1];
        (claim.StatusCode, claim.PaidCents, claim.Lines.Count).ShouldBe(("4", 0, 0));
        claim.Adjustments.ShouldBe([new("CO", "197", 200_00, 1), new("CO", "50", 100_00)]);
    }

    [Fact]
    public void A_reversal_takes_back_with_negative_amounts()
    {
        var claim = Read.Claims[2];
        (claim.IsReversal, claim.ChargedCents, claim.PaidCents).ShouldBe((true, -300_00, -240_00));
    }

    [Fact]
    public void Provider_adjustments_are_read_pair_by_pair() => Read.ProviderAdjustments.ShouldBe(
    [
        new("1234567893", new(2026, 12, 31), "L6", "EFT0000", -1_50),
        new("1234567893", new(2026, 12, 31), "WO", "ICN0", 10_00),
    ]);

    [Fact]
    public void A_CAS_carries_up_to_six_reasons()
    {
        var text = X12Samples.Remittance.Replace("CAS*CO*197*200*1*50*100~", "CAS*CO*1*50**2*50**3*50**4*50**5*50**6*50*2~", StringComparison.Ordinal);
        var adjustments = ReadRemittances(text)[0].Claims[1].Adjustments;
        adjustments.Select(adjustment => adjustment.Reason).ShouldBe(["1", "2", "3", "4", "5", "6"]);
        adjustments[5].Quantity.ShouldBe(2);
    }

    [Fact]
    public void Segments_within_a_loop_may_come_in_another_order()
    {
        var text = X12Samples.Remittance
            .Replace("DTM*472*20260302~\nCAS*CO*45*45~", "CAS*CO*45*45~\nDTM*472*20260302~", StringComparison.Ordinal);
        text.ShouldNotBe(X12Samples.Remittance);
        ReadRemittances(text)[0].ShouldHold(Read);
    }

    [Fact]
    public void The_amounts_for_information_take_no_part_in_balancing() =>
        ReadRemittances(X12Samples.Remittance.Replace("AMT*AU*555", "AMT*AU*1", StringComparison.Ordinal))[0].Payment.AmountCents.ShouldBe(286_50);

    [Fact]
    public void No_record_of_a_remittance_prints_a_person() =>
        (Read + string.Concat(Read.Claims)).ShouldNotContain("SAMPLE");

    /// <summary>The made-up file, and the real one where it lies beside the repository.</summary>
    public static TheoryData<string> Files => Real(RealFile) is null ? [MadeUpFile] : [MadeUpFile, RealFile];

    [Theory, MemberData(nameof(Files))]
    public void A_file_reads_and_balances_to_the_cent(string file)
    {
        var remittance = ReadRemittances(TextOf(file)).ShouldHaveSingleItem();

        if (file == RealFile)
            IsTheRealOne(remittance);
        else
            IsTheMadeUpOne(remittance);
        (remittance.Claims.Sum(claim => claim.PaidCents) - remittance.ProviderAdjustments.Sum(adjustment => adjustment.AmountCents))
            .ShouldBe(remittance.Payment.AmountCents);
    }

    [Theory, MemberData(nameof(Files))]
    public void A_file_with_one_cent_more_is_refused_with_both_sums(string file)
    {
        var (paid, more, message) = file == RealFile
            ? ("BPR*I*45.75", "BPR*I*45.76", "Transaction set 1740, loop Header, segment 2, BPR02: does not balance: claim payments (CLP04) 45.75 less provider adjustments (PLB) 0.00 is 45.75, but the payment (BPR02) is 45.76")
            : ("BPR*I*286.5", "BPR*I*286.51", "Transaction set 0001, loop Header, segment 2, BPR02: does not balance: claim payments (CLP04) 295.00 less provider adjustments (PLB) 8.50 is 286.50, but the payment (BPR02) is 286.51");
        Refused(TextOf(file).Replace(paid, more, StringComparison.Ordinal)).Message.ShouldBe(message);
    }

    [Theory]
    [InlineData("TRN*1*EFT0001", 50)]
    [InlineData("CLP*CLM0001", 38)]
    [InlineData("12*ICN1", 50)]
    [InlineData("CAS*CO*45", 5)]
    [InlineData("PLB*1234567893*20261231*L6", 2)]
    public void A_value_longer_than_X12_allows_is_refused(string upToIt, int most)
    {
        var longer = upToIt + new string('9', most);
        Refused(X12Samples.Remittance.Replace(upToIt, longer, StringComparison.Ordinal)).Message.ShouldContain($"has more than {most} characters");
    }

    private static string TextOf(string file) => file == MadeUpFile ? X12Samples.Remittance : Real(file)!;

    private static void IsTheMadeUpOne(Remittance remittance)
    {
        (remittance.Payment.AmountCents, remittance.Payment.TraceNumber, remittance.Payer.Name, remittance.Payee.Npi)
            .ShouldBe((286_50, "EFT0001", "RIVER HEALTH PLAN", "1234567893"));
        remittance.Claims.Select(claim => (claim.StatusCode, claim.ChargedCents, claim.PaidCents, claim.Lines.Count))
            .ShouldBe([("1", 600_00, 535_00, 2), ("4", 300_00, 0, 0), ("22", -300_00, -240_00, 0)]);
    }

    private static void IsTheRealOne(Remittance remittance)
    {
        (remittance.Payment.AmountCents, remittance.Payment.TraceNumber, remittance.Payer.Name, remittance.Payee.Npi)
            .ShouldBe((45_75, "10100000000", "NYSDOH", "9999999995"));
        remittance.Claims.Select(claim => (claim.StatusCode, claim.ChargedCents, claim.PaidCents, claim.Lines.Count))
            .ShouldBe([("1", 34_25, 34_25, 4), ("2", 34_00, 0, 2), ("2", 34_25, 11_50, 4)]);
        remittance.Claims[1].Lines.SelectMany(line => line.Adjustments).ShouldBe([new("CO", "29", 12_00), new("CO", "29", 22_00)]);
        remittance.Claims[2].Lines.SelectMany(line => line.Adjustments).ShouldBe([new("CO", "251", 2_75), new("CO", "251", 20_00)]);
        remittance.Claims[2].Lines[3].RemarkCodes.ShouldBe(["N206"]);
        remittance.Claims.SelectMany(claim => claim.Lines).Sum(line => line.PaidCents).ShouldBe(45_75);
        remittance.ProviderAdjustments.ShouldBeEmpty();
    }
}
