using Platform.Billing.X12;
using static Platform.Billing.Tests.X12.X12Samples;

namespace Platform.Billing.Tests.X12;

public sealed class InstitutionalClaimWriterTests
{
    [Fact]
    public void An_IOP_claim_is_written_as_the_guide_shows_it() => Write(Batch(Claim()), lineBreaks: true).ShouldBe(
        """
        ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260320*0730*^*00501*000000042*0*T*:~
        GS*HC*SENDER*RECEIVER*20260320*0730*42*X*005010X223A2~
        ST*837*0001*005010X223A2~
        BHT*0019*00*B1*20260320*0730*CH~
        NM1*41*2*NORTH NETWORK*****46*SUB1~
        PER*IC*HELP DESK*TE*8005550100~
        NM1*40*2*RIVER HEALTH PLAN*****46*RHP01~
        HL*1**20*1~
        PRV*BI*PXC*261QR0405X~
        NM1*85*2*NORTH SITE*****XX*1234567893~
        N3*12 MAIN ST~
        N4*SPRINGFIELD*VA*221500001~
        REF*EI*123456789~
        HL*2*1*22*0~
        SBR*P*18*******CI~
        NM1*IL*1*SAMPLE*PAT****MI*M0001~
        N3*9 OAK AVE*APT 2~
        N4*SPRINGFIELD*VA*22150~
        DMG*D8*19900506*F~
        NM1*PR*2*RIVER HEALTH PLAN*****PI*RHP01~
        CLM*C1*575.5***13:A:1**A*Y*Y~
        DTP*434*RD8*20260302-20260303~
        CL1*3**30~
        REF*G1*AUTH1~
        HI*ABK:F1020~
        HI*BG:92~
        NM1*71*1*CARE*ALEX****XX*1003000126~
        LX*1~
        SV2*0906*HC:H0015*300*UN*1~
        DTP*472*D8*20260302~
        REF*6R*L1~
        LX*2~
        SV2*0906*HC:H0015:HF*275.5*UN*1~
        DTP*472*D8*20260303~
        REF*6R*L2~
        SE*34*0001~
        GE*1*42~
        IEA*1*000000042~

        """);

    [Fact]
    public void Claims_of_one_subscriber_share_their_levels_and_a_dependent_gets_one_below()
    {
        var (claim, dependent) = (Claim(), Dependent());
        var otherSubscriber = claim with { ClaimId = "C4", Subscriber = claim.Subscriber with { MemberId = "M0009" } };
        var otherSite = claim with { ClaimId = "C5", BillingProvider = claim.BillingProvider with { Name = "SOUTH SITE" } };

        var text = Write(Batch(claim, claim with { ClaimId = "C2" }, claim with { ClaimId = "C3", Patient = dependent },
            claim with { ClaimId = "C3B", Patient = dependent }, otherSubscriber, otherSite));

        text.Split('~').Where(segment => segment.StartsWith("HL*", StringComparison.Ordinal) || segment.StartsWith("CLM*", StringComparison.Ordinal))
            .Select(segment => segment.StartsWith("CLM", StringComparison.Ordinal) ? segment.Split('*')[1] : segment)
            .ShouldBe(["HL*1**20*1", "HL*2*1*22*0", "C1", "C2", "HL*3*1*22*1", "HL*4*3*23*0", "C3", "C3B", "HL*5*1*22*0", "C4", "HL*6**20*1", "HL*7*6*22*0", "C5"]);
    }

    [Fact]
    public void A_replacement_names_the_claim_it_replaces() =>
        Write(Batch(Claim() with { Frequency = "7", OriginalPayerControlNumber = "ICN1" })).ShouldContain("***13:A:7**A*Y*Y~", Case.Sensitive);

    [Fact]
    public void Names_are_written_in_capitals_without_accents()
    {
        var claim = Claim();
        var text = Write(Batch(claim with { Attending = claim.Attending with { Name = new("Núñez", "José") } }));
        text.ShouldContain("NM1*71*1*NUNEZ*JOSE*", Case.Sensitive);
    }

    [Fact]
    public void A_value_that_contains_a_separator_is_refused_with_its_place()
    {
        var claim = Claim();
        var error = Should.Throw<X12Exception>(() => Write(Batch(claim with { Subscriber = claim.Subscriber with { Name = new("SAM:PLE", "PAT") } })));
        error.Message.ShouldBe("Transaction set 0001, loop 2010BA, segment 14, NM103: contains ':', which is a separator of this file");
        Write(Batch(claim with { Subscriber = claim.Subscriber with { Name = new("SAM:PLE", "PAT") } }), new('*', '>', '^', '~')).ShouldContain("SAM:PLE");
    }

    public static TheoryData<string, Func<InstitutionalClaim, InstitutionalClaim>> Broken => new()
    {
        { "ClaimId (CLM01) must have 1 to 20 characters", claim => claim with { ClaimId = new('A', 21) } },
        { "ClaimId (CLM01) must be in capitals", claim => claim with { ClaimId = "c1" } },
        { "BillingProvider.Npi (2010AA NM109) must be ten digits with a right check digit", claim => claim with { BillingProvider = claim.BillingProvider with { Npi = "1234567890" } } },
        { "BillingProvider.TaxId (2010AA REF*EI) must be nine digits", claim => claim with { BillingProvider = claim.BillingProvider with { TaxId = "12-3456789" } } },
        { "BillingProvider.Taxonomy (2000A PRV03)", claim => claim with { BillingProvider = claim.BillingProvider with { Taxonomy = "261Q" } } },
        { "BillingProvider.Address.Zip (2010AA N403) must be nine digits", claim => claim with { BillingProvider = claim.BillingProvider with { Address = claim.BillingProvider.Address with { Zip = "22150" } } } },
        { "must be a street address, not a post-office box", claim => claim with { BillingProvider = claim.BillingProvider with { Address = claim.BillingProvider.Address with { Line1 = "P.O. Box 7" } } } },
        { "Subscriber.Address (2010BA N3, N4).State must be two capital letters", claim => claim with { Subscriber = claim.Subscriber with { Address = claim.Subscriber.Address! with { State = "V1" } } } },
        { "Subscriber.Address (2010BA N3, N4) is required when the subscriber is the patient", claim => claim with { Subscriber = claim.Subscriber with { Address = null } } },
        { "Subscriber.BirthDate and Gender (2010BA DMG) are required", claim => claim with { Subscriber = claim.Subscriber with { BirthDate = null, Gender = null } } },
        { "Subscriber.Name (2010BA NM1).Last must have 1 to 60 characters", claim => claim with { Subscriber = claim.Subscriber with { Name = new("") } } },
        { "contains a character that X12 does not carry", claim => claim with { Subscriber = claim.Subscriber with { Name = new("名") } } },
        { "Patient.Relationship (PAT01) must be one of", claim => claim with { Patient = Dependent() with { Relationship = "18" } } },
        { "Payer.IdQualifier (2010BB NM108) must be one of PI, XV", claim => claim with { Payer = claim.Payer with { IdQualifier = "ZZ" } } },
        { "Attending.Npi (2310A NM109)", claim => claim with { Attending = claim.Attending with { Npi = null } } },
        { "Frequency (CLM05-3) must be one of", claim => claim with { Frequency = "A" } },
        { "OriginalPayerControlNumber (REF*F8) is required for a replacement (7) or void (8)", claim => claim with { Frequency = "8" } },
        { "OriginalPayerControlNumber (REF*F8) is for a replacement (7) or void (8) only", claim => claim with { OriginalPayerControlNumber = "ICN1" } },
        { "the statement ends before it begins", claim => claim with { Through = claim.From.AddDays(-1) } },
        { "PrincipalDiagnosis (HI*ABK) must be a code in capitals without its point", claim => claim with { PrincipalDiagnosis = new("F10.20") } },
        { "PrincipalDiagnosis (HI*ABK) must be ICD-10", claim => claim with { PrincipalDiagnosis = new("3039", IcdVersion.Icd9) } },
        { "OtherDiagnoses (HI*ABF) repeats a diagnosis", claim => claim with { OtherDiagnoses = [claim.PrincipalDiagnosis] } },
        { "OtherDiagnoses (HI*ABF) has room for 24", claim => claim with { OtherDiagnoses = [.. Enumerable.Range(10, 25).Select(i => new Diagnosis($"F{i}0"))] } },
        { "ConditionCodes (HI*BG) must be two", claim => claim with { ConditionCodes = ["9"] } },
        { "Lines (LX) must be 1 to 999", claim => claim with { Lines = [] } },
        { "Lines (LX) must be 1 to 999", claim => claim with { Lines = [.. Enumerable.Repeat(claim.Lines[0] with { LineControlNumber = null }, 1000)] } },
        { "Lines[1].RevenueCode (SV201) must be four digits", claim => WithSecondLine(claim, line => line with { RevenueCode = "906" }) },
        { "Lines[1].ChargeCents (SV203) must be 0 to", claim => WithSecondLine(claim, line => line with { ChargeCents = -1 }) },
        { "Lines[1].Units (SV205) must be above 0", claim => WithSecondLine(claim, line => line with { Units = 0 }) },
        { "Lines[1].Units (SV205) must be above 0", claim => WithSecondLine(claim, line => line with { Units = 1.0001m }) },
        { "Lines[1].From and Through (DTP*472) must lie within the statement's days", claim => WithSecondLine(claim, line => line with { Through = claim.Through.AddDays(1) }) },
        { "Lines[1].Procedure (SV202) must be HC", claim => WithSecondLine(claim, line => line with { Procedure = new() { Code = "H001" } }) },
        { "Lines[1].Procedure.Modifiers (SV202) must be at most four", claim => WithSecondLine(claim, line => line with { Procedure = new() { Code = "H0015", Modifiers = ["HA", "HB", "HC", "HD", "HF"] } }) },
        { "Lines[1].LineControlNumber (REF*6R) repeats that of another line", claim => WithSecondLine(claim, line => line with { LineControlNumber = "L1" }) },
        { "TotalChargeCents (CLM02) must be at most", claim => claim with { Lines = [.. claim.Lines.Select(line => line with { ChargeCents = X12Number.MaxCents })] } },
    };

    [Theory]
    [MemberData(nameof(Broken), DisableDiscoveryEnumeration = true)]
    public void A_claim_that_breaks_a_rule_is_refused_with_its_id_and_field(string problem, Func<InstitutionalClaim, InstitutionalClaim> damage)
    {
        var claim = damage(Claim());
        InstitutionalClaimRules.Problems(claim).ShouldHaveSingleItem().ShouldContain(problem);
        Should.Throw<X12Exception>(() => Write(Batch(claim))).Message.ShouldStartWith($"Claim {claim.ClaimId}: ");
    }

    [Fact]
    public void A_batch_without_claims_or_with_one_twice_is_refused()
    {
        Should.Throw<X12Exception>(() => Write(Batch())).Message.ShouldBe("A batch has at least one claim.");
        Should.Throw<X12Exception>(() => Write(Batch(Claim(), Claim()))).Message.ShouldBe("Claim C1 stands twice in the batch.");
    }

    [Fact]
    public void A_batch_with_wrong_control_numbers_is_refused()
    {
        var batch = Batch(Claim());
        Should.Throw<X12Exception>(() => Write(batch with { Interchange = batch.Interchange with { ControlNumber = "42" } })).Message.ShouldContain("ISA13");
        Should.Throw<X12Exception>(() => Write(batch with { Group = batch.Group with { ControlNumber = "A" } })).Message.ShouldContain("GS06");
        Should.Throw<X12Exception>(() => Write(batch with { ControlNumber = "1" })).Message.ShouldContain("ST02");
        Should.Throw<X12Exception>(() => Write(batch with { Interchange = batch.Interchange with { SenderId = "SIXTEEN LETTERS!" } })).Message.ShouldContain("ISA06: has at most 15 characters");
    }

    [Theory]
    [InlineData("1234567893", true)]
    [InlineData("1003000126", true)]
    [InlineData("1234567890", false)]
    [InlineData("123456789", false)]
    [InlineData("12345678931", false)]
    [InlineData("123456789A", false)]
    [InlineData(null, false)]
    public void An_NPI_has_ten_digits_and_a_check_digit(string? text, bool valid) => Npi.IsValid(text).ShouldBe(valid);

    private static InstitutionalClaim WithSecondLine(InstitutionalClaim claim, Func<InstitutionalLine, InstitutionalLine> change) =>
        claim with { Lines = [claim.Lines[0], change(claim.Lines[1])] };
}
