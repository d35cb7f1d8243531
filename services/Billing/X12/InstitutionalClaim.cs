namespace Platform.Billing.X12;

/// <summary>
/// One 837I claim (005010X223A2) with the parties it names. The total charge is not given but summed from the lines, so
/// that CLM02 = Σ SV203 always holds. Identifiers are capital letters and digits, as they come back in the 835.
/// </summary>
public sealed record InstitutionalClaim
{
    /// <summary>CLM01: at most 20 characters; the payer repeats it as CLP01.</summary>
    public required string ClaimId { get; init; }

    /// <summary>Loop 2010AA: who bills.</summary>
    public required BillingProvider BillingProvider { get; init; }

    /// <summary>Loop 2000B and 2010BA: who holds the coverage.</summary>
    public required Subscriber Subscriber { get; init; }

    /// <summary>Loop 2000C and 2010CA: who was treated; null when that is the subscriber.</summary>
    public Patient? Patient { get; init; }

    /// <summary>Loop 2010BB: who is billed.</summary>
    public required ClaimPayer Payer { get; init; }

    /// <summary>CLM05-1: the first two digits of the type of bill, such as <c>13</c> hospital outpatient or <c>76</c> CMHC.</summary>
    public required string FacilityType { get; init; }

    /// <summary>CLM05-3: claim frequency: <c>1</c> whole, <c>2</c>–<c>4</c> first, middle, last interim, <c>7</c> replacement, <c>8</c> void.</summary>
    public string Frequency { get; init; } = "1";

    /// <summary>CLM07: whether the provider takes the payer's assignment: <c>A</c> yes, <c>B</c> laboratory only, <c>C</c> no.</summary>
    public string Assignment { get; init; } = "A";

    /// <summary>CLM08: whether the patient lets the payer pay the provider: <c>Y</c>, <c>N</c>, <c>W</c> not applicable.</summary>
    public string BenefitsAssigned { get; init; } = "Y";

    /// <summary>CLM09: release of information: <c>Y</c> signed, <c>I</c> informed where the law requires no signature.</summary>
    public string ReleaseOfInformation { get; init; } = "Y";

    /// <summary>DTP*434: first day of the statement.</summary>
    public required DateOnly From { get; init; }

    /// <summary>DTP*434: last day of the statement.</summary>
    public required DateOnly Through { get; init; }

    /// <summary>CL101: priority of admission, such as <c>3</c> elective.</summary>
    public string AdmissionType { get; init; } = "3";

    /// <summary>CL102: point of origin; null when not known.</summary>
    public string? AdmissionSource { get; init; }

    /// <summary>CL103: patient status on the last day, such as <c>30</c> still a patient or <c>01</c> discharged home.</summary>
    public string PatientStatus { get; init; } = "30";

    /// <summary>REF*G1: the payer's authorization number.</summary>
    public string? PriorAuthorization { get; init; }

    /// <summary>REF*F8: the payer's number (CLP07) of the claim that is replaced or voided.</summary>
    public string? OriginalPayerControlNumber { get; init; }

    /// <summary>REF*EA: medical record number.</summary>
    public string? MedicalRecordNumber { get; init; }

    /// <summary>HI*ABK: the principal diagnosis.</summary>
    public required Diagnosis PrincipalDiagnosis { get; init; }

    /// <summary>HI*ABF: at most 24 other diagnoses.</summary>
    public IReadOnlyList<Diagnosis> OtherDiagnoses { get; init; } = [];

    /// <summary>HI*BG: at most 24 condition codes; Medicare's IOP needs <c>92</c>.</summary>
    public IReadOnlyList<string> ConditionCodes { get; init; } = [];

    /// <summary>Loop 2310A: the attending physician or practitioner.</summary>
    public required AttendingProvider Attending { get; init; }

    /// <summary>Loop 2400: 1 to 999 service lines.</summary>
    public required IReadOnlyList<InstitutionalLine> Lines { get; init; }

    /// <summary>CLM02: cents charged, the sum of the lines.</summary>
    public long TotalChargeCents => Lines.Sum(line => line.ChargeCents);

    /// <summary>Prints the claim's numbers and no person.</summary>
    public override string ToString() => $"Claim {ClaimId}, frequency {Frequency}, charged {TotalChargeCents}";
}

/// <summary>Loop 2400: one service line.</summary>
public sealed record InstitutionalLine
{
    /// <summary>SV201: four digits, such as <c>0906</c> intensive outpatient, chemical dependency.</summary>
    public required string RevenueCode { get; init; }

    /// <summary>SV202: the service; null where the revenue code says enough.</summary>
    public Procedure? Procedure { get; init; }

    /// <summary>SV203: cents charged, not negative.</summary>
    public required long ChargeCents { get; init; }

    /// <summary>SV204: <c>UN</c> units or <c>DA</c> days.</summary>
    public string UnitMeasure { get; init; } = "UN";

    /// <summary>SV205: how many, above zero, with at most three decimals.</summary>
    public decimal Units { get; init; } = 1;

    /// <summary>DTP*472: first day of service.</summary>
    public required DateOnly From { get; init; }

    /// <summary>DTP*472: last day of service; the same as <see cref="From"/> for one day.</summary>
    public required DateOnly Through { get; init; }

    /// <summary>REF*6R: the line's id, at most 30 characters; the payer repeats it.</summary>
    public string? LineControlNumber { get; init; }
}

/// <summary>A diagnosis code without its point, such as <c>F1020</c>. It prints as a placeholder.</summary>
/// <param name="Code">The code.</param>
/// <param name="Version">The edition; ICD-9 ended with services after 2015-09-30 (45 CFR 162.1002).</param>
public sealed record Diagnosis(string Code, IcdVersion Version = IcdVersion.Icd10)
{
    /// <inheritdoc/>
    public override string ToString() => "(a diagnosis)";
}

/// <summary>The editions of the diagnosis code set that X12 005010 can carry.</summary>
public enum IcdVersion
{
    /// <summary>ICD-10-CM: HI qualifiers ABK and ABF.</summary>
    Icd10,

    /// <summary>ICD-9-CM: HI qualifiers BK and BF.</summary>
    Icd9,
}
