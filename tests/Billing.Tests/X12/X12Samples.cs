using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Billing.X12;

namespace Platform.Billing.Tests.X12;

/// <summary>Made-up files and records that the X12 tests start from, and the way in and out of them.</summary>
internal static class X12Samples
{
    public static readonly Interchange Interchange = new()
    {
        SenderId = "SENDER",
        ReceiverId = "RECEIVER",
        Date = new(2026, 3, 20),
        Time = new(7, 30),
        ControlNumber = "000000042",
        IsTest = true,
    };

    private static readonly JsonSerializerOptions Whole = new() { Converters = { new Shortest() } };

    public static FunctionalGroup Group(string functionalId, string version) => new()
    {
        FunctionalId = functionalId,
        SenderCode = "SENDER",
        ReceiverCode = "RECEIVER",
        Date = new(2026, 3, 20),
        Time = new(7, 30),
        ControlNumber = "42",
        Version = version,
    };

    // Three claims: one with adjustments on a line, one adjusted as a whole, one taken back; and two provider adjustments,
    // interest paid (negative adds to the payment) and an overpayment recovered.
    // 600.00 - 45.00 - 20.00 = 535.00; 300.00 - 300.00 = 0; -300.00 + 60.00 = -240.00; 535 + 0 - 240 + 1.5 - 10 = 286.50
    public const string Remittance =
        """
        ISA*00*          *00*          *ZZ*RIVER HEALTH   *ZZ*SITE           *260320*0730*^*00501*000000042*0*T*:~
        GS*HP*RIVER*SITE*20260320*0730*42*X*005010X221A1~
        ST*835*0001~
        BPR*I*286.5*C*ACH*CCP*01*011000015*DA*12345*1123456789**01*021000021*DA*54321*20260323~
        TRN*1*EFT0001*1123456789~
        DTM*405*20260320~
        N1*PR*RIVER HEALTH PLAN~
        N3*1 RIVER ROAD~
        N4*SPRINGFIELD*VA*221500000~
        PER*BL*PROVIDER LINE*TE*8005550100~
        N1*PE*NORTH SITE*XX*1234567893~
        REF*TJ*123456789~
        LX*1~
        CLP*CLM0001*1*600*535*20*12*ICN1*13*1~
        NM1*QC*1*SAMPLE*ROBIN****MI*M0001~
        MOA***MA01~
        REF*EA*MRN1~
        DTM*232*20260302~
        DTM*233*20260303~
        AMT*AU*555~
        SVC*HC:H0015:HF*300*255*0906*1~
        DTM*472*20260302~
        CAS*CO*45*45~
        REF*6R*L1~
        AMT*B6*255~
        LQ*HE*N130~
        SVC*HC:H0015:HF*300*280**1**2~
        DTM*150*20260303~
        DTM*151*20260304~
        CAS*PR*2*20**3*0~
        REF*6R*L2~
        CLP*CLM0002*4*300*0*0*12*ICN2*13*1~
        CAS*CO*197*200*1*50*100~
        NM1*QC*1*SAMPLE*KIM****MI*M0002~
        CLP*CLM0003*22*-300*-240**12*ICN3*13*1~
        CAS*CO*45*-60~
        PLB*1234567893*20261231*L6:EFT0000*-1.5*WO:ICN0*10~
        SE*36*0001~
        GE*1*42~
        IEA*1*000000042~
        """;

    public static InstitutionalClaim Claim() => new()
    {
        ClaimId = "C1",
        BillingProvider = new()
        {
            Name = "NORTH SITE",
            Npi = "1234567893",
            TaxId = "123456789",
            Taxonomy = "261QR0405X",
            Address = new("12 MAIN ST", null, "SPRINGFIELD", "VA", "221500001"),
        },
        Subscriber = new()
        {
            Name = new("SAMPLE", "PAT"),
            MemberId = "M0001",
            FilingIndicator = "CI",
            Address = new("9 OAK AVE", "APT 2", "SPRINGFIELD", "VA", "22150"),
            BirthDate = new(1990, 5, 6),
            Gender = "F",
        },
        Payer = new("RIVER HEALTH PLAN", "RHP01"),
        FacilityType = "13",
        From = new(2026, 3, 2),
        Through = new(2026, 3, 3),
        PriorAuthorization = "AUTH1",
        PrincipalDiagnosis = new("F1020"),
        ConditionCodes = ["92"],
        Attending = new(new("CARE", "ALEX"), "1003000126"),
        Lines =
        [
            new() { RevenueCode = "0906", Procedure = new() { Code = "H0015" }, ChargeCents = 300_00, From = new(2026, 3, 2), Through = new(2026, 3, 2), LineControlNumber = "L1" },
            new() { RevenueCode = "0906", Procedure = new() { Code = "H0015", Modifiers = ["HF"] }, ChargeCents = 275_50, From = new(2026, 3, 3), Through = new(2026, 3, 3), LineControlNumber = "L2" },
        ],
    };

    public static Patient Dependent() => new()
    {
        Name = new("SAMPLE", "KIM", "Q", "JR"),
        Relationship = "19",
        Address = new("9 OAK AVE", null, "SPRINGFIELD", "VA", "22150"),
        BirthDate = new(2010, 1, 2),
        Gender = "M",
    };

    public static InstitutionalClaimBatch Batch(params InstitutionalClaim[] claims) => new()
    {
        Interchange = Interchange,
        Group = Group("HC", InstitutionalClaimWriter.Version),
        ControlNumber = "0001",
        BatchId = "B1",
        CreatedDate = new(2026, 3, 20),
        CreatedTime = new(7, 30),
        Submitter = new("NORTH NETWORK", "SUB1", "HELP DESK", "8005550100"),
        Receiver = new("RIVER HEALTH PLAN", "RHP01"),
        Claims = claims,
    };

    public static List<Remittance> ReadRemittances(string text) => [.. RemittanceReader.Read(Bytes(text))];

    public static X12Exception Refused(string remittanceFile) => Should.Throw<X12Exception>(() => ReadRemittances(remittanceFile));

    public static List<InstitutionalClaimBatch> ReadClaims(string text) => [.. InstitutionalClaimReader.Read(Bytes(text))];

    public static string Write(InstitutionalClaimBatch batch, X12Delimiters? delimiters = null, bool lineBreaks = false) =>
        Text(stream => InstitutionalClaimWriter.Write(batch, stream, delimiters ?? X12Delimiters.Customary, lineBreaks));

    public static string Write(Remittance remittance, X12Delimiters? delimiters = null, bool lineBreaks = false) =>
        Text(stream => RemittanceWriter.Write([remittance], stream, delimiters ?? X12Delimiters.Customary, lineBreaks));

    /// <summary>Two records hold the same, lists included.</summary>
    public static void ShouldHold<T>(this T record, T expected)
    {
        var (held, due) = (JsonSerializer.Serialize(record, Whole), JsonSerializer.Serialize(expected, Whole));
        (held == due).ShouldBeTrue($"{held}\nshould be\n{due}");
    }

    /// <summary>A real sample, read where it lies; null where this machine has none.</summary>
    public static string? Real(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "shared", "data", name);
            if (File.Exists(path))
                return File.ReadAllText(path);
        }
        return null;
    }

    // 1.50 and 1.5 are the same quantity.
    private sealed class Shortest : JsonConverter<decimal>
    {
        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDecimal();

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.ToString("0.######", CultureInfo.InvariantCulture));
    }

    private static MemoryStream Bytes(string text) => new(Encoding.UTF8.GetBytes(text));

    private static string Text(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        return Encoding.ASCII.GetString(stream.ToArray());
    }
}
