using FsCheck;
using FsCheck.Fluent;
using Platform.Billing.X12;
using static Platform.Billing.Tests.X12.X12Property;
using static Platform.Billing.Tests.X12.X12Samples;

namespace Platform.Billing.Tests.X12;

public sealed class InstitutionalClaimReaderTests
{
    private const string OurFile = "ours";
    private const string RealFile = "institutional-claim-837i.edi";

    private static readonly Gen<PersonName> Names =
        from last in Words(60)
        from first in Maybe(Words(35))
        from middle in Maybe(Words(25))
        from suffix in Maybe(Word(10))
        select new PersonName(last, first, middle, suffix);

    private static readonly Gen<PostalAddress> Addresses =
        from number in Gen.Choose(1, 9999)
        from line1 in Words(40)
        from line2 in Maybe(Words(55))
        from city in Words(30)
        from zip in Digits(9)
        select new PostalAddress($"{number} {line1}", line2, city, "VA", zip);

    private static readonly Gen<string> Npis = Digits(9).Select(nine => Enumerable.Range(0, 10).Select(digit => $"{nine}{digit}").Single(Npi.IsValid));

    private static readonly Gen<Subscriber> Subscribers =
        from name in Names
        from member in Word(20)
        from responsibility in Gen.Elements("P", "S", "T")
        from groupNumber in Maybe(Word(50))
        from groupName in Maybe(Words(60))
        from address in Addresses
        from birth in Day
        from gender in Gen.Elements("F", "M", "U")
        select new Subscriber
        {
            Name = name,
            MemberId = member,
            Responsibility = responsibility,
            GroupNumber = groupNumber,
            GroupName = groupName,
            FilingIndicator = "CI",
            Address = address,
            BirthDate = birth,
            Gender = gender,
        };

    private static readonly Gen<Patient> Patients =
        from name in Names
        from relationship in Gen.Elements("01", "19", "G8")
        from address in Addresses
        from birth in Day
        select new Patient { Name = name, Relationship = relationship, Address = address, BirthDate = birth, Gender = "U" };

    private static readonly Gen<BillingProvider> BillingProviders =
        from name in Words(60)
        from npi in Npis
        from tax in Digits(9)
        from taxonomy in Maybe(Gen.Constant("261QR0405X"))
        from address in Addresses
        select new BillingProvider { Name = name, Npi = npi, TaxId = tax, Taxonomy = taxonomy, Address = address };

    // Claims draw their parties from a few, so that some follow each other with the same.
    private static readonly Gen<InstitutionalClaim[]> Claims =
        from billing in BillingProviders.ArrayOf(2)
        from subscribers in Subscribers.ArrayOf(2)
        from patients in Patients.ArrayOf(2)
        from claims in (
            from provider in Gen.Elements(billing)
            from subscriber in Gen.Elements(subscribers)
            from patient in Gen.Elements(patients[0], patients[1], null)
            from claim in ClaimOf(provider, subscriber, patient)
            select claim).NonEmptyListOf()
        select claims.Take(8).Select((claim, i) => claim with { ClaimId = $"C{i}" }).ToArray();

    [Fact]
    public void Claims_survive_being_written_and_read_whatever_the_separators() => Holds(
        from claims in Claims
        from delimiters in Delimiters
        from lineBreaks in Gen.Elements(true, false)
        select (claims, delimiters, lineBreaks),
        given =>
        {
            foreach (var claim in given.claims)
                InstitutionalClaimRules.Problems(claim).ShouldBeEmpty();
            var batch = Batch(given.claims);

            var read = ReadClaims(Write(batch, given.delimiters, given.lineBreaks)).ShouldHaveSingleItem();

            read.ShouldHold(batch);
        });

    [Fact]
    public void The_total_is_the_sum_of_the_lines_to_the_cent()
    {
        var error = Should.Throw<X12Exception>(() => ReadClaims(Write(Batch(Claim())).Replace("SV2*0906*HC:H0015*300*", "SV2*0906*HC:H0015*300.01*", StringComparison.Ordinal)));
        error.Message.ShouldBe("Transaction set 0001, loop 2300, segment 19, CLM02: does not balance: the lines' charges (SV203) sum to 575.51, but the claim's total (CLM02) is 575.5");
    }

    [Theory]
    [InlineData("HL*2*1*22*0~", "HL*3*1*22*0~", "HL01: levels are numbered from 1 without a gap; here 2 is due")]
    [InlineData("HL*2*1*22*0~", "HL*2*2*22*0~", "HL02: a subscriber stands below the billing provider before it")]
    [InlineData("HL*2*1*22*0~", "HL*2*1*22*1~", "HL04 of the last level says that another stands below it; none does")]
    [InlineData("HL*2*1*22*0~", "HL*2*1*23*0~", "HL03: HL04 of the level before says that another stands below it")]
    [InlineData("SBR*P*18*", "SBR*P**", "only where SBR02 is 18")]
    [InlineData("LX*2~", "LX*3~", "lines are numbered from 1 without a gap; here 2 is due")]
    [InlineData("DTP*472*D8*20260302~", "", "DTP*472, the line's day of service, must stand before")]
    [InlineData("DTP*472*D8*20260302~", "DTP*472*RD8*20260303-20260302~", "ends before it begins")]
    [InlineData("DTP*434*RD8*20260302-20260303~", "", "segment 19, CLM: the claim lacks DTP*434")]
    [InlineData("HI*ABK:F1020~", "", "the claim lacks HI*ABK")]
    [InlineData("HI*ABK:F1020~", "HI*ABK:F1020*ABK:F1021~", "a claim has one principal diagnosis")]
    [InlineData("HI*ABK:F1020~", "HI*XXX:F1020~", "is not a code list of HI")]
    [InlineData("REF*EI*123456789~", "", "REF*EI of the billing provider must stand before")]
    [InlineData("13:A:1", "13:1", "CLM05: must be the facility type, A, and the frequency")]
    [InlineData("CL1*3**30~", "SVC*HC:H0015*1*1~", "loop 2300, segment 21, SVC: does not belong here")]
    [InlineData("SV2*0906*HC:H0015*300*UN*1~", "SV2*0906*HC:H0015*300*UN*1E0~", "SV205: \"1E0\" is not a number: scientific notation")]
    [InlineData("ST*837*0001*005010X223A2", "ST*837*0001*005010X223A1", "ST03: names another guide than GS08")]
    [InlineData("SE*34*", "SE*33*", "SE01: says 33 segments from ST to SE; there are 34")]
    public void A_damaged_claim_file_is_refused_with_its_place(string text, string damaged, string message)
    {
        var file = Write(Batch(Claim()));
        file.ShouldContain(text, Case.Sensitive);
        if (damaged.Length == 0)
            file = file.Replace("SE*34*", "SE*33*", StringComparison.Ordinal);
        Should.Throw<X12Exception>(() => ReadClaims(file.Replace(text, damaged, StringComparison.Ordinal))).Message.ShouldContain(message);
    }

    [Fact]
    public void What_the_model_does_not_hold_is_listed_with_its_place()
    {
        var file = Write(Batch(Claim()))
            .Replace("HI*BG:92~", "HI*BG:92~HI*BH:11:D8:20260301~", StringComparison.Ordinal)
            .Replace("SE*34*", "SE*35*", StringComparison.Ordinal);
        ReadClaims(file)[0].NotHeld.ShouldBe([new("2300", 25, "HI*BH")]);
    }

    [Fact]
    public void No_record_of_a_claim_prints_a_person()
    {
        var claim = Claim() with { Patient = Dependent() };
        var printed = $"{claim} {claim.Subscriber} {claim.Patient} {claim.Attending} {claim.PrincipalDiagnosis}";
        foreach (var secret in new[] { "SAMPLE", "M0001", "OAK", "F1020", "CARE" })
            printed.ShouldNotContain(secret, Case.Sensitive);
    }

    /// <summary>A file of ours, and the real one where it lies beside the repository.</summary>
    public static TheoryData<string> Files => Real(RealFile) is null ? [OurFile] : [OurFile, RealFile];

    [Theory, MemberData(nameof(Files))]
    public void A_file_reads_and_balances_and_shows_what_is_off_in_it(string file)
    {
        var batch = ReadClaims(file == RealFile ? Real(RealFile)! : Write(Batch(Claim()))).ShouldHaveSingleItem();
        var claim = batch.Claims.ShouldHaveSingleItem();

        claim.Lines.Sum(line => line.ChargeCents).ShouldBe(claim.TotalChargeCents);
        if (file == RealFile)
            IsTheRealOne(batch, claim);
        else
            IsOurs(batch, claim);
    }

    private static void IsOurs(InstitutionalClaimBatch batch, InstitutionalClaim claim)
    {
        batch.Group.Version.ShouldBe("005010X223A2");
        (claim.ClaimId, claim.TotalChargeCents, claim.FacilityType, claim.Frequency).ShouldBe(("C1", 575_50, "13", "1"));
        InstitutionalClaimRules.Problems(claim).ShouldBeEmpty();
        batch.NotHeld.ShouldBeEmpty();
    }

    private static void IsTheRealOne(InstitutionalClaimBatch batch, InstitutionalClaim claim)
    {
        batch.Group.Version.ShouldBe("005010X223A3");
        (claim.ClaimId, claim.TotalChargeCents, claim.FacilityType, claim.Frequency).ShouldBe(("756048Q", 89_93, "14", "1"));
        claim.Lines.Select(line => (line.RevenueCode, line.Procedure!.Code, line.ChargeCents, line.Units))
            .ShouldBe([("0305", "85025", 13_39, 1m), ("0730", "93005", 76_54, 3m)]);
        claim.OtherDiagnoses.Select(diagnosis => diagnosis.Code).ShouldBe(["4019", "79431"]);
        claim.ConditionCodes.ShouldBe(["09"]);
        // It reads, but could not be sent: a made-up NPI, a five-digit ZIP, and an attending physician without NPI.
        InstitutionalClaimRules.Problems(claim).ShouldBe(
        [
            "BillingProvider.Npi (2010AA NM109) must be ten digits with a right check digit",
            "BillingProvider.Address.Zip (2010AA N403) must be nine digits",
            "Attending.Npi (2310A NM109) must be ten digits with a right check digit",
        ]);
        // CLM06 is not used since 005010; the rest belongs to the secondary payer and to codes that an IOP claim has none of.
        batch.NotHeld.Select(part => part.What).ShouldBe(["REF", "CLM06", "HI*BH", "HI*BE", "REF", "SBR", "OI", "NM1", "N3", "N4", "NM1"]);
    }

    private static Gen<InstitutionalClaim> ClaimOf(BillingProvider provider, Subscriber subscriber, Patient? patient) =>
        from @from in Day
        from days in Gen.Choose(0, 30)
        from payerName in Words(60)
        from authorization in Maybe(Word(50))
        from record in Maybe(Word(50))
        from frequency in Gen.Elements("1", "2", "3", "4", "7", "8")
        from source in Maybe(Word(1))
        from others in Gen.Shuffle(Enumerable.Range(10, 80).Select(i => new Diagnosis($"F{i}0")).ToArray())
        from otherCount in Gen.Choose(0, 24)
        from conditions in Gen.Shuffle(Enumerable.Range(10, 80).Select(i => $"{i}").ToArray())
        from conditionCount in Gen.Choose(0, 24)
        from attending in Names
        from npi in Npis
        from taxonomy in Maybe(Gen.Constant("2084P0800X"))
        from lines in List(Line(@from, days), 1, 12)
        select new InstitutionalClaim
        {
            ClaimId = "C",
            BillingProvider = provider,
            Subscriber = subscriber,
            Patient = patient,
            Payer = new(payerName, "RHP01"),
            FacilityType = "76",
            Frequency = frequency,
            From = @from,
            Through = @from.AddDays(days),
            AdmissionSource = source,
            PriorAuthorization = authorization,
            OriginalPayerControlNumber = frequency is "7" or "8" ? "ICN1" : null,
            MedicalRecordNumber = record,
            PrincipalDiagnosis = new("F1020"),
            OtherDiagnoses = [.. others.Take(otherCount)],
            ConditionCodes = [.. conditions.Take(conditionCount)],
            Attending = new(attending, npi, taxonomy),
            Lines = [.. lines.Select((line, i) => line with { LineControlNumber = i % 3 == 0 ? null : $"L{i}" })],
        };

    private static Gen<InstitutionalLine> Line(DateOnly first, int days) =>
        from cents in Gen.Choose(0, 500_000)
        from units in Gen.Choose(1, 9_999)
        from scale in Gen.Choose(0, 3)
        from start in Gen.Choose(0, days)
        from length in Gen.Choose(0, days - start)
        from procedure in Maybe(
            from code in Digits(4)
            from modifiers in List(Gen.Elements("HF", "HQ", "GT", "95"), 0, 4)
            select new Procedure { Code = $"H{code}", Modifiers = modifiers })
        select new InstitutionalLine
        {
            RevenueCode = "0906",
            Procedure = procedure,
            ChargeCents = cents,
            Units = new decimal(units, 0, 0, false, (byte)scale),
            From = first.AddDays(start),
            Through = first.AddDays(start + length),
        };
}
