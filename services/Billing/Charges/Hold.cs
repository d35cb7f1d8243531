namespace Platform.Billing.Charges;

/// <summary>Why a charge is held.</summary>
/// <param name="Code">Machine code.</param>
/// <param name="Message">What to do, in words; names no person.</param>
internal sealed record Hold(string Code, string Message)
{
    /// <summary>The service day has not been evaluated yet.</summary>
    public static Hold EvaluationPending { get; } = new(
        "EVALUATION_PENDING", "The service day waits to be evaluated; that happens by itself as soon as the Enrollment service answers.");

    /// <summary>No rule pack holds on the day.</summary>
    public static Hold RulePackMissing { get; } = new("RULE_PACK_MISSING", "No rule pack holds on this day. Have one added.");

    /// <summary>No payer covers the person on the day.</summary>
    public static Hold CoverageMissing { get; } = new("COVERAGE_MISSING", "No payer covers the person on this day. Add the coverage.");

    /// <summary>The payer has no contract for the day.</summary>
    public static Hold ContractMissing { get; } = new(
        "CONTRACT_MISSING", "The payer has no contract on this day for a per-diem code of this program. Record the contract.");

    /// <summary>The contract needs an authorization and there is none for the day.</summary>
    public static Hold AuthorizationMissing { get; } = new(
        "AUTHORIZATION_MISSING", "The contract needs an authorization and none covers this day. Record the payer's authorization.");

    /// <summary>All units of the authorizations for the day are used.</summary>
    public static Hold AuthorizationExhausted { get; } = new(
        "AUTHORIZATION_EXHAUSTED", "All authorized units for this day are used. Ask the payer for more and record the authorization.");

    /// <summary>The person's day was charged already.</summary>
    public static Hold DayAlreadyCharged { get; } = new(
        "DAY_ALREADY_CHARGED", "Another charge of this person is for the same day; a day is billed per diem once.");

    /// <summary>The person has no diagnosis.</summary>
    public static Hold DiagnosisMissing { get; } = new("DIAGNOSIS_MISSING", "The person has no principal diagnosis. Record it in Enrollment.");

    /// <summary>No consent allows disclosure to the payer.</summary>
    public static Hold ConsentMissing { get; } = new(
        "CONSENT_MISSING", "No active consent allows disclosure for payment (42 CFR part 2). Record a signed consent in Enrollment.");

    /// <summary>The site lacks what a claim must say of it.</summary>
    public static Hold SiteIdentifiersMissing { get; } = new(
        "SITE_IDENTIFIERS_MISSING", "The site lacks its NPI, its tax id or a nine-digit ZIP. Complete the site in Enrollment.");

    /// <summary>The clinician of the day is not known or has no NPI.</summary>
    public static Hold AttendingProviderMissing { get; } = new(
        "ATTENDING_PROVIDER_MISSING", "The clinician who led the day is not known with an NPI. Complete the clinician in Scheduling.");

    /// <summary>The contract's filing limit has passed.</summary>
    public static Hold TimelyFilingLapsed { get; } = new(
        "TIMELY_FILING_LAPSED", "The contract's limit for filing a claim for this day has passed.");

    /// <summary>The service day was amended after it had been claimed; the charge is still what was claimed.</summary>
    public static Hold DayAmendedAfterClaim { get; } = new(
        "DAY_AMENDED_AFTER_CLAIM", "The service day was amended after it was claimed. The claim stands as it was sent; correct it with the payer.");

    /// <summary>The claim file of the charge is withheld: nothing allows disclosure of the person's record to the payer any more.</summary>
    public static Hold ConsentWithdrawn { get; } = new(
        "CONSENT_WITHDRAWN",
        "The claim file is withheld: the person's consent no longer allows disclosure to the payer (42 CFR part 2). It goes out when a "
        + "signed consent is recorded in Enrollment.");

    /// <summary>What is known makes no claim that could be sent.</summary>
    /// <param name="problem">The rule that is broken; names no person.</param>
    public static Hold ClaimInvalid(string problem) => new("CLAIM_INVALID", problem);
}
