namespace Platform.Billing.X12;

/// <summary>Loop 2100: what the payer decided on one claim. All amounts are cents.</summary>
public sealed record RemittanceClaim
{
    /// <summary>CLP01: the claim id that was sent as CLM01.</summary>
    public required string ClaimId { get; init; }

    /// <summary>
    /// CLP02: <c>1</c>–<c>3</c> processed as primary, secondary, tertiary; <c>4</c> denied; <c>19</c>–<c>21</c> the same as
    /// 1–3 and forwarded; <c>22</c> reversal of an earlier payment; <c>23</c> not ours, forwarded; <c>25</c> predetermination.
    /// </summary>
    public required string StatusCode { get; init; }

    /// <summary>CLP03: cents charged; negative in a reversal.</summary>
    public required long ChargedCents { get; init; }

    /// <summary>CLP04: cents paid; negative in a reversal.</summary>
    public required long PaidCents { get; init; }

    /// <summary>CLP05: cents that the patient owes. It takes no part in balancing; its proof is the PR adjustments.</summary>
    public long? PatientResponsibilityCents { get; init; }

    /// <summary>CLP06: the kind of plan, such as <c>MC</c> Medicaid or <c>12</c> PPO.</summary>
    public required string FilingIndicator { get; init; }

    /// <summary>CLP07: the payer's own number for the claim; a replacement or void sends it back in REF*F8.</summary>
    public required string PayerControlNumber { get; init; }

    /// <summary>CLP08: facility type code; null when the payer does not repeat it.</summary>
    public string? FacilityType { get; init; }

    /// <summary>CLP09: claim frequency code.</summary>
    public string? Frequency { get; init; }

    /// <summary>NM1*QC: the patient; null when the payer leaves the name out.</summary>
    public PersonName? Patient { get; init; }

    /// <summary>NM1*QC: the patient's member id.</summary>
    public string? MemberId { get; init; }

    /// <summary>CAS of the claim as a whole.</summary>
    public IReadOnlyList<Adjustment> Adjustments { get; init; } = [];

    /// <summary>MIA05, MIA20–23 and MOA03–07: remark codes on the claim as a whole.</summary>
    public IReadOnlyList<string> RemarkCodes { get; init; } = [];

    /// <summary>DTM*232: first day of the claim.</summary>
    public DateOnly? From { get; init; }

    /// <summary>DTM*233: last day of the claim.</summary>
    public DateOnly? Through { get; init; }

    /// <summary>REF: further ids.</summary>
    public IReadOnlyList<X12Reference> References { get; init; } = [];

    /// <summary>AMT: amounts for information. They never balance.</summary>
    public IReadOnlyList<SupplementalAmount> Amounts { get; init; } = [];

    /// <summary>Loop 2110: the service lines; empty when the payer decided on the claim as a whole.</summary>
    public IReadOnlyList<RemittanceLine> Lines { get; init; } = [];

    /// <summary>Whether this takes back an earlier payment (CLP02 is 22); the corrected claim follows as its own.</summary>
    public bool IsReversal => StatusCode == "22";

    /// <summary>Prints the claim's numbers and no person.</summary>
    public override string ToString() => $"Claim {ClaimId}, status {StatusCode}, charged {ChargedCents}, paid {PaidCents}";
}

/// <summary>Loop 2110: what the payer decided on one service line. All amounts are cents.</summary>
public sealed record RemittanceLine
{
    /// <summary>SVC01: the service that was decided on.</summary>
    public required Procedure Procedure { get; init; }

    /// <summary>SVC02: cents charged.</summary>
    public required long ChargedCents { get; init; }

    /// <summary>SVC03: cents paid.</summary>
    public required long PaidCents { get; init; }

    /// <summary>SVC04: revenue code.</summary>
    public string? RevenueCode { get; init; }

    /// <summary>SVC05: units paid; 1 when the payer leaves it out, as the guide says.</summary>
    public decimal UnitsPaid { get; init; } = 1;

    /// <summary>SVC06: the service that was billed, when the payer decided on another one.</summary>
    public Procedure? BilledProcedure { get; init; }

    /// <summary>SVC07: units billed, when they differ from <see cref="UnitsPaid"/>.</summary>
    public decimal? UnitsBilled { get; init; }

    /// <summary>DTM*472, or DTM*150: first day of service.</summary>
    public DateOnly? From { get; init; }

    /// <summary>DTM*472, or DTM*151: last day of service.</summary>
    public DateOnly? Through { get; init; }

    /// <summary>CAS of this line.</summary>
    public IReadOnlyList<Adjustment> Adjustments { get; init; } = [];

    /// <summary>REF*6R: the line id that was sent with the claim.</summary>
    public string? LineControlNumber { get; init; }

    /// <summary>REF: further ids.</summary>
    public IReadOnlyList<X12Reference> References { get; init; } = [];

    /// <summary>AMT: amounts for information. They never balance.</summary>
    public IReadOnlyList<SupplementalAmount> Amounts { get; init; } = [];

    /// <summary>LQ*HE: remark codes.</summary>
    public IReadOnlyList<string> RemarkCodes { get; init; } = [];
}

/// <summary>One reason and amount of a CAS segment. A positive amount lowers the payment.</summary>
/// <param name="Group">CAS01: <c>CO</c> contract, <c>PR</c> patient, <c>OA</c> other, <c>PI</c> payer's initiative, <c>CR</c> correction.</param>
/// <param name="Reason">Claim adjustment reason code, such as <c>45</c>.</param>
/// <param name="AmountCents">Cents not paid for this reason; negative adds to the payment.</param>
/// <param name="Quantity">Units not paid for this reason, when the payer counts them.</param>
public sealed record Adjustment(string Group, string Reason, long AmountCents, decimal? Quantity = null);

/// <summary>AMT: an amount for information.</summary>
/// <param name="Qualifier">AMT01, such as <c>B6</c> allowed or <c>AU</c> covered.</param>
/// <param name="AmountCents">AMT02, in cents.</param>
public sealed record SupplementalAmount(string Qualifier, long AmountCents);
