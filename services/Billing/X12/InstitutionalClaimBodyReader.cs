using System.Globalization;

namespace Platform.Billing.X12;

/// <summary>Reads one claim of an 837I: loop 2300 from CLM, its providers and other payers, and its lines of loop 2400.</summary>
internal sealed class InstitutionalClaimBodyReader(X12Reader reader, List<SegmentNotHeld> notHeld)
{
    // What may follow the first segment of each loop that is not held.
    private static readonly string[] Provider = ["PRV", "N3", "N4", "REF"];
    private static readonly string[] OtherSubscriber = ["CAS", "AMT", "OI", "MIA", "MOA"];
    private static readonly string[] OtherName = ["N3", "N4", "DTP", "REF"];
    private static readonly string[] Drug = ["CTP", "REF"];
    private static readonly string[] LineProvider = ["REF"];
    private static readonly string[] LineAdjudication = ["CAS", "DTP", "AMT"];

    private readonly List<Diagnosis> _otherDiagnoses = [];
    private readonly List<string> _conditionCodes = [];
    private readonly List<InstitutionalLine> _lines = [];
    private Diagnosis? _principal;
    private AttendingProvider? _attending;
    private (DateOnly From, DateOnly Through)? _statement;
    private (string Type, string? Source, string Status)? _admission;
    private string? _authorization;
    private string? _original;
    private string? _medicalRecord;
    private bool _more;

    /// <summary>Reads the claim whose CLM the reader stands on, and balances it.</summary>
    public InstitutionalClaim Read(BillingProvider billing, Subscriber subscriber, Patient? patient, ClaimPayer payer, out bool more)
    {
        reader.Loop = "2300";
        var segment = reader.SegmentNumber;
        var (claimId, total) = (reader.Text(1), reader.Cents(2));
        if (reader.ComponentCount(5) != 3 || !reader.Component(5, 2).SequenceEqual("A"))
            throw reader.Error(5, "must be the facility type, A, and the frequency");
        var (facility, frequency) = (reader.Text(5, 1), reader.Text(5, 3));
        var (assignment, benefits, release) = (reader.OneOf(7, "A", "B", "C"), reader.OneOf(8, "Y", "N", "W"), reader.OneOf(9, "Y", "I"));
        if (!reader[6].IsEmpty)
            notHeld.Add(new("2300", segment, "CLM06"));
        Next();
        ReadClaimSegments();
        ReadProviders();
        ReadOtherPayers();
        while (IsNow("LX"))
            _lines.Add(ReadLine());
        more = _more;
        if (_more && !reader.Is("CLM") && !reader.Is("HL"))
            throw reader.Misplaced();
        if (_statement is not { } statement || _admission is not { } admission || _principal is null || _attending is null || _lines.Count == 0)
            throw reader.ErrorAt("2300", segment, "CLM", null,
                $"the claim lacks {(_statement is null ? "DTP*434" : _admission is null ? "CL1" : _principal is null ? "HI*ABK" : _attending is null ? "NM1*71" : "LX")}");
        var claim = new InstitutionalClaim
        {
            ClaimId = claimId,
            BillingProvider = billing,
            Subscriber = subscriber,
            Patient = patient,
            Payer = payer,
            FacilityType = facility,
            Frequency = frequency,
            Assignment = assignment,
            BenefitsAssigned = benefits,
            ReleaseOfInformation = release,
            From = statement.From,
            Through = statement.Through,
            AdmissionType = admission.Type,
            AdmissionSource = admission.Source,
            PatientStatus = admission.Status,
            PriorAuthorization = _authorization,
            OriginalPayerControlNumber = _original,
            MedicalRecordNumber = _medicalRecord,
            PrincipalDiagnosis = _principal,
            OtherDiagnoses = _otherDiagnoses,
            ConditionCodes = _conditionCodes,
            Attending = _attending,
            Lines = _lines,
        };
        if (claim.TotalChargeCents != total)
            throw reader.ErrorAt("2300", segment, "CLM", 2,
                $"does not balance: the lines' charges (SV203) sum to {X12Number.WriteCents(claim.TotalChargeCents)}, but the claim's total (CLM02) is {X12Number.WriteCents(total)}");
        return claim;
    }

    private void Next() => _more = reader.NextSegment();

    private bool IsNow(string id) => _more && reader.Is(id);

    private void NotHeld(string? what = null)
    {
        notHeld.Add(new(reader.Loop!, reader.SegmentNumber, what ?? reader.Id.ToString()));
        Next();
    }

    private void ReadClaimSegments()
    {
        while (_more)
        {
            if (reader.Is("DTP", "434"))
            {
                _statement = reader.Period();
                Next();
            }
            else if (reader.Is("CL1"))
            {
                _admission = (reader.Text(1), reader.OptionalText(2), reader.Text(3));
                Next();
            }
            else if (reader.Is("REF", "G1"))
                Take(ref _authorization);
            else if (reader.Is("REF", "F8"))
                Take(ref _original);
            else if (reader.Is("REF", "EA"))
                Take(ref _medicalRecord);
            else if (reader.Is("HI"))
                ReadCodes();
            else if (reader.IsAny(["DTP", "REF", "PWK", "CN1", "AMT", "K3", "NTE", "CRC", "HCP"]))
                NotHeld();
            else
                return;
        }
    }

    private void Take(ref string? reference)
    {
        if (reference is not null)
            throw reader.Error(1, "stands twice in the claim");
        reference = reader.Text(2);
        Next();
    }

    private void ReadCodes()
    {
        string? other = null;
        for (var i = 1; i <= reader.ElementCount; i++)
        {
            var (qualifier, code) = (reader.Text(i, 1), reader.Text(i, 2));
            switch (qualifier)
            {
                case "ABK" or "BK":
                    if (_principal is not null)
                        throw reader.Error(i, "a claim has one principal diagnosis");
                    _principal = new(code, qualifier == "ABK" ? IcdVersion.Icd10 : IcdVersion.Icd9);
                    break;
                case "ABF" or "BF":
                    _otherDiagnoses.Add(new(code, qualifier == "ABF" ? IcdVersion.Icd10 : IcdVersion.Icd9));
                    break;
                case "BG":
                    _conditionCodes.Add(code);
                    break;
                case "ABJ" or "BJ" or "APR" or "PR" or "ABN" or "BN" or "DR" or "BBR" or "BR" or "BBQ" or "BQ" or "BI" or "BH" or "BE" or "TC":
                    other = $"HI*{qualifier}";
                    break;
                default:
                    throw reader.Error(i, "is not a code list of HI");
            }
        }
        if (other is not null)
            NotHeld(other);
        else
            Next();
    }

    private void ReadProviders()
    {
        while (IsNow("NM1"))
        {
            reader.Loop = "2310";
            if (reader.OneOf(1, "71", "72", "ZZ", "82", "DN", "77") != "71")
            {
                PassOver(Provider);
                continue;
            }
            if (_attending is not null)
                throw reader.Error(1, "a claim has one attending provider");
            reader.Loop = "2310A";
            if (!reader[8].IsEmpty)
                reader.OneOf(8, "XX");
            var npi = reader[8].IsEmpty ? null : reader.Digits(9, 10, 10);
            _attending = new(new(reader.Text(3), reader.OptionalText(4), reader.OptionalText(5), reader.OptionalText(7)), npi);
            Next();
            if (_more && reader.Is("PRV", "AT"))
            {
                _attending = _attending with { Taxonomy = reader.Text(3) };
                Next();
            }
            while (IsNow("REF"))
                NotHeld();
        }
    }

    private void ReadOtherPayers()
    {
        while (IsNow("SBR"))
        {
            reader.Loop = "2320";
            PassOver(OtherSubscriber);
            while (IsNow("NM1"))
            {
                reader.Loop = "2330";
                PassOver(OtherName);
            }
        }
    }

    private InstitutionalLine ReadLine()
    {
        reader.Loop = "2400";
        if (reader.Digits(1, 1, 6).TrimStart('0') != (_lines.Count + 1).ToString(CultureInfo.InvariantCulture))
            throw reader.Error(1, $"lines are numbered from 1 without a gap; here {(_lines.Count + 1).ToString(CultureInfo.InvariantCulture)} is due");
        Next();
        if (!IsNow("SV2"))
            throw reader.Error(null, "SV2, the service, must follow LX");
        var line = new InstitutionalLine
        {
            RevenueCode = reader.Text(1),
            Procedure = reader[2].IsEmpty ? null : reader.Procedure(2),
            ChargeCents = reader.Cents(3),
            UnitMeasure = reader.OneOf(4, "UN", "DA"),
            Units = reader.Quantity(5),
            From = default,
            Through = default,
        };
        var days = default((DateOnly From, DateOnly Through)?);
        string? control = null;
        for (Next(); _more;)
        {
            if (reader.Is("DTP", "472"))
            {
                days = reader.Period();
                Next();
            }
            else if (reader.Is("REF", "6R"))
                Take(ref control);
            else if (reader.IsAny(["DTP", "REF", "PWK", "AMT", "NTE", "HCP"]))
                NotHeld();
            else
                break;
        }
        if (days is not { } served)
            throw reader.Error(null, "DTP*472, the line's day of service, must stand before this segment");
        ReadLineLoops();
        return line with { From = served.From, Through = served.Through, LineControlNumber = control };
    }

    private void ReadLineLoops()
    {
        while (IsNow("LIN"))
        {
            reader.Loop = "2410";
            PassOver(Drug);
        }
        while (IsNow("NM1"))
        {
            reader.Loop = "2420";
            PassOver(LineProvider);
        }
        while (IsNow("SVD"))
        {
            reader.Loop = "2430";
            PassOver(LineAdjudication);
        }
    }

    private void PassOver(string[] following)
    {
        NotHeld();
        while (_more && reader.IsAny(following))
            NotHeld();
    }
}
