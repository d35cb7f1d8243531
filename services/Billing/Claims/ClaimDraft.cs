using System.Globalization;
using Platform.Billing.Charges;
using Platform.Billing.Coverages;
using Platform.Billing.Payers;
using Platform.Billing.RulePacks;
using Platform.Billing.X12;
using Platform.Shared.Money;
using Enrolled = Platform.Enrollment.V1;

namespace Platform.Billing.Claims;

/// <summary>
/// Charges that go out in one claim: of one episode, one coverage and one authorization, since an 837I names one subscriber and one
/// authorization for the whole claim (loops 2010BA and 2300 REF*G1).
/// </summary>
/// <param name="charges">The charges, by day.</param>
/// <param name="payer">The payer.</param>
/// <param name="coverage">The coverage.</param>
/// <param name="authorization">The authorization; null when none is needed.</param>
/// <param name="contracts">The contracts of the charges, by id.</param>
internal sealed class ClaimDraft(
    IReadOnlyList<Charge> charges,
    Payer payer,
    Coverage coverage,
    Authorization? authorization,
    IReadOnlyDictionary<Guid, Contract> contracts)
{
    /// <summary>A claim has at most 999 lines (005010X223A2, loop 2400).</summary>
    public const int MaximumLines = 999;

    /// <summary>The charges, by day.</summary>
    public IReadOnlyList<Charge> Charges => charges;

    /// <summary>First service day.</summary>
    public DateOnly From => Charges[0].On;

    /// <summary>Last service day.</summary>
    public DateOnly To => Charges[^1].On;

    /// <summary>What the claim charges.</summary>
    public Money Total => Charges.Select(charge => charge.Amount).Sum();

    /// <summary>The id of a line (X12 REF*6R), within the 30 characters that it has: the claim's number and the line's.</summary>
    public static string LineControlNumber(string claimNumber, int line) =>
        string.Create(CultureInfo.InvariantCulture, $"{claimNumber}L{line:D3}");

    /// <summary>The claim as it is written.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="facts">What is known of the site, the person and the clinicians.</param>
    /// <param name="rule">What the rule pack says of claims.</param>
    public InstitutionalClaim ToX12(string number, ClaimFacts facts, ClaimRule rule)
    {
        var person = facts.PersonOf(Charges[0]);

        // A claim names one attending practitioner: who led most of its days, and of two the one who led the later one.
        var clinician = facts.ClinicianOf(Charges
            .GroupBy(charge => charge.FacilitatorId)
            .OrderByDescending(days => days.Count())
            .ThenByDescending(days => days.Max(charge => charge.On))
            .First().First());
        return new InstitutionalClaim
        {
            ClaimId = number,
            BillingProvider = new BillingProvider
            {
                Name = Cut(facts.Site.Name, 60),
                Npi = facts.Site.Npi,
                TaxId = facts.Site.TaxId,
                Taxonomy = facts.Site.Taxonomy.Length == 0 ? null : facts.Site.Taxonomy,
                Address = Address(facts.Site.Address),
            },
            Subscriber = new Subscriber
            {
                Name = new PersonName(person.FamilyName, person.GivenName),
                MemberId = coverage.MemberId,
                FilingIndicator = payer.FilingIndicator,
                Address = Address(person.Address),
                BirthDate = DateOnly.TryParseExact(person.BirthDate, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var born) ? born : null,
                Gender = person.Sex switch { Enrolled.Sex.Female => "F", Enrolled.Sex.Male => "M", _ => "U" },
            },
            Payer = new ClaimPayer(payer.Name, payer.PayerCode),
            FacilityType = rule.FacilityType,
            From = From,
            Through = To,
            AdmissionType = rule.AdmissionType,
            PatientStatus = rule.PatientStatus,
            PriorAuthorization = authorization?.Number,
            PrincipalDiagnosis = new Diagnosis(person.Diagnosis),
            ConditionCodes =
            [
                .. rule.ConditionCodes
                    .Where(code => code.FilingIndicators.Contains(payer.FilingIndicator, StringComparer.Ordinal))
                    .Select(code => code.Code),
            ],
            Attending = new AttendingProvider(new PersonName(clinician.FamilyName, clinician.GivenName), clinician.Npi),
            Lines = [.. Charges.Select((charge, i) => Line(charge, contracts[charge.ContractId!.Value], LineControlNumber(number, i + 1)))],
        };
    }

    private static InstitutionalLine Line(Charge charge, Contract contract, string control) => new()
    {
        RevenueCode = contract.RevenueCode,
        Procedure = new Procedure { Code = charge.Code, Modifiers = contract.Modifiers },
        ChargeCents = charge.Amount.Cents,
        Units = charge.Units,
        From = charge.On,
        Through = charge.On,
        LineControlNumber = control,
    };

    private static PostalAddress Address(Enrolled.Address? address) => new(
        Cut(address?.Street ?? string.Empty, 55), null, Cut(address?.City ?? string.Empty, 30), address?.State ?? string.Empty, address?.Zip ?? string.Empty);

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..most].TrimEnd();
}
