namespace Platform.Billing.X12;

/// <summary>
/// One 835 transaction set (005010X221A1): a payer's payment to a payee with its explanation. A <see cref="Remittance"/>
/// that <see cref="RemittanceReader"/> gave balances to the cent. All amounts are cents of United States dollars.
/// </summary>
public sealed record Remittance
{
    /// <summary>The interchange it came in.</summary>
    public required Interchange Interchange { get; init; }

    /// <summary>The functional group it came in.</summary>
    public required FunctionalGroup Group { get; init; }

    /// <summary>ST02.</summary>
    public required string ControlNumber { get; init; }

    /// <summary>The payment: BPR and TRN.</summary>
    public required RemittancePayment Payment { get; init; }

    /// <summary>DTM*405: the day the payer's claims system closed this cycle, when it differs from the payment's.</summary>
    public DateOnly? ProductionDate { get; init; }

    /// <summary>REF*EV: the receiver that the file was made for, when that is not the payee.</summary>
    public string? ReceiverId { get; init; }

    /// <summary>Loop 1000A: who pays.</summary>
    public required RemittancePayer Payer { get; init; }

    /// <summary>Loop 1000B: who is paid.</summary>
    public required RemittancePayee Payee { get; init; }

    /// <summary>Loop 2100: the claims, in file order.</summary>
    public IReadOnlyList<RemittanceClaim> Claims { get; init; } = [];

    /// <summary>PLB: adjustments that belong to no claim of this file.</summary>
    public IReadOnlyList<ProviderAdjustment> ProviderAdjustments { get; init; } = [];
}

/// <summary>How much was paid, how, when, and the number that ties it to the deposit.</summary>
public sealed record RemittancePayment
{
    /// <summary>BPR01: <c>I</c> remittance only, <c>C</c> payment with remittance, <c>H</c> notice without payment.</summary>
    public required string Handling { get; init; }

    /// <summary>BPR02: cents paid, never negative.</summary>
    public required long AmountCents { get; init; }

    /// <summary>BPR03: <c>C</c> the payer sends it, <c>D</c> the payee draws it; a payment to the payee either way.</summary>
    public string CreditOrDebit { get; init; } = "C";

    /// <summary>BPR04: <c>ACH</c>, <c>CHK</c> check, <c>FWT</c> wire, <c>BOP</c> payer's choice, <c>NON</c> none.</summary>
    public required string Method { get; init; }

    /// <summary>BPR16: the day the money moves or the check was issued.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>TRN02: check or transfer number; with <see cref="OriginatorId"/> it names the payment for good.</summary>
    public required string TraceNumber { get; init; }

    /// <summary>TRN03: <c>1</c> and the payer's tax id.</summary>
    public required string OriginatorId { get; init; }

    /// <summary>TRN04: a further division of the payer's number.</summary>
    public string? OriginatorSupplementalId { get; init; }
}

/// <summary>Loop 1000A.</summary>
/// <param name="Name">N102.</param>
/// <param name="PlanId">N104 with N103 <c>XV</c>; null when the payer names itself without a plan id.</param>
/// <param name="References">REF: further ids, such as <c>2U</c> payer id or <c>NF</c> NAIC code.</param>
public sealed record RemittancePayer(string Name, string? PlanId, IReadOnlyList<X12Reference> References);

/// <summary>Loop 1000B.</summary>
/// <param name="Name">N102; null when the payer gives the id alone.</param>
/// <param name="IdQualifier">N103: <c>XX</c> NPI, <c>FI</c> tax id, <c>XV</c> plan id.</param>
/// <param name="Id">N104.</param>
/// <param name="References">REF: further ids, such as <c>TJ</c> tax id or <c>PQ</c> payer's number for the payee.</param>
public sealed record RemittancePayee(string? Name, string IdQualifier, string Id, IReadOnlyList<X12Reference> References)
{
    /// <summary>The payee's NPI; null when the payer named it otherwise.</summary>
    public string? Npi => IdQualifier == "XX" ? Id : null;
}

/// <summary>PLB: money moved outside of claims. A positive amount lowers the payment.</summary>
/// <param name="ProviderId">PLB01.</param>
/// <param name="FiscalPeriodEnd">PLB02.</param>
/// <param name="ReasonCode">First component: <c>WO</c> overpayment recovery, <c>FB</c> forwarding balance, <c>L6</c> interest, <c>72</c> and more.</param>
/// <param name="ReferenceId">Second component: what it is about, such as the claim recovered from.</param>
/// <param name="AmountCents">Cents taken from the payment; negative adds to it.</param>
public sealed record ProviderAdjustment(
    string ProviderId, DateOnly FiscalPeriodEnd, string ReasonCode, string? ReferenceId, long AmountCents);

/// <summary>REF: an id with what kind it is.</summary>
/// <param name="Qualifier">REF01.</param>
/// <param name="Value">REF02.</param>
public sealed record X12Reference(string Qualifier, string Value);
