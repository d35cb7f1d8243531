namespace Platform.Billing.X12;

/// <summary>Loop 2010AA with the tax id and taxonomy: an organization that bills.</summary>
public sealed record BillingProvider
{
    /// <summary>NM103: at most 60 characters.</summary>
    public required string Name { get; init; }

    /// <summary>NM109: the NPI, ten digits with a valid check digit.</summary>
    public required string Npi { get; init; }

    /// <summary>REF*EI: the employer identification number, nine digits.</summary>
    public required string TaxId { get; init; }

    /// <summary>PRV03: the taxonomy code, ten characters; null where the payer does not need it.</summary>
    public string? Taxonomy { get; init; }

    /// <summary>N3 and N4: a street address, no post-office box, with a nine-digit ZIP.</summary>
    public required PostalAddress Address { get; init; }
}

/// <summary>Loop 2000B and 2010BA: the person who holds the coverage.</summary>
public sealed record Subscriber
{
    /// <summary>NM103–NM107.</summary>
    public required PersonName Name { get; init; }

    /// <summary>NM109 with MI: the member id.</summary>
    public required string MemberId { get; init; }

    /// <summary>SBR01: <c>P</c> primary, <c>S</c> secondary, <c>T</c> tertiary.</summary>
    public string Responsibility { get; init; } = "P";

    /// <summary>SBR03: group or policy number.</summary>
    public string? GroupNumber { get; init; }

    /// <summary>SBR04: the group's name.</summary>
    public string? GroupName { get; init; }

    /// <summary>SBR09: the kind of plan: <c>MB</c> Medicare B, <c>MC</c> Medicaid, <c>CI</c> commercial, <c>BL</c> Blue Cross and more.</summary>
    public required string FilingIndicator { get; init; }

    /// <summary>N3 and N4; required when the subscriber is the patient.</summary>
    public PostalAddress? Address { get; init; }

    /// <summary>DMG02; required when the subscriber is the patient.</summary>
    public DateOnly? BirthDate { get; init; }

    /// <summary>DMG03: <c>F</c>, <c>M</c> or <c>U</c>; required when the subscriber is the patient.</summary>
    public string? Gender { get; init; }

    /// <summary>Prints no person.</summary>
    public override string ToString() => "(a subscriber)";
}

/// <summary>Loop 2000C and 2010CA: a patient who is not the subscriber.</summary>
public sealed record Patient
{
    /// <summary>NM103–NM107.</summary>
    public required PersonName Name { get; init; }

    /// <summary>PAT01: relation to the subscriber: <c>01</c> spouse, <c>19</c> child, <c>G8</c> other and more.</summary>
    public required string Relationship { get; init; }

    /// <summary>N3 and N4.</summary>
    public required PostalAddress Address { get; init; }

    /// <summary>DMG02.</summary>
    public required DateOnly BirthDate { get; init; }

    /// <summary>DMG03: <c>F</c>, <c>M</c> or <c>U</c>.</summary>
    public required string Gender { get; init; }

    /// <summary>Prints no person.</summary>
    public override string ToString() => "(a patient)";
}

/// <summary>Loop 2010BB.</summary>
/// <param name="Name">NM103: at most 60 characters.</param>
/// <param name="Id">NM109: the id that the receiver knows the payer by.</param>
/// <param name="IdQualifier">NM108: <c>PI</c> payer id or <c>XV</c> national plan id.</param>
public sealed record ClaimPayer(string Name, string Id, string IdQualifier = "PI");

/// <summary>Loop 2310A.</summary>
/// <param name="Name">NM103–NM107.</param>
/// <param name="Npi">NM109: the NPI; null only in files from before it was required.</param>
/// <param name="Taxonomy">PRV03 with PRV01 AT: the taxonomy code.</param>
public sealed record AttendingProvider(PersonName Name, string? Npi, string? Taxonomy = null);

/// <summary>Loop 1000A: who sends the claims.</summary>
/// <param name="Name">NM103.</param>
/// <param name="Id">NM109 with 46: the id that the receiver gave the submitter.</param>
/// <param name="ContactName">PER02; null when it is the submitter's own name.</param>
/// <param name="Telephone">PER04 with TE: ten digits.</param>
public sealed record Submitter(string Name, string Id, string? ContactName, string Telephone);

/// <summary>Loop 1000B: who takes the claims.</summary>
/// <param name="Name">NM103.</param>
/// <param name="Id">NM109 with 46.</param>
public sealed record Receiver(string Name, string Id);

/// <summary>One transaction set of claims and the envelope around it.</summary>
public sealed record InstitutionalClaimBatch
{
    /// <summary>ISA.</summary>
    public required Interchange Interchange { get; init; }

    /// <summary>GS; <see cref="FunctionalGroup.FunctionalId"/> is HC.</summary>
    public required FunctionalGroup Group { get; init; }

    /// <summary>ST02: four to nine characters.</summary>
    public required string ControlNumber { get; init; }

    /// <summary>BHT03: the batch's own id, at most 30 characters, the same again when the file is sent again.</summary>
    public required string BatchId { get; init; }

    /// <summary>BHT04: the day the batch was made.</summary>
    public required DateOnly CreatedDate { get; init; }

    /// <summary>BHT05: the minute the batch was made.</summary>
    public required TimeOnly CreatedTime { get; init; }

    /// <summary>Loop 1000A.</summary>
    public required Submitter Submitter { get; init; }

    /// <summary>Loop 1000B.</summary>
    public required Receiver Receiver { get; init; }

    /// <summary>What a reader found in its right place and this model does not hold; a writer has none.</summary>
    public IReadOnlyList<SegmentNotHeld> NotHeld { get; init; } = [];

    /// <summary>The claims. A writer runs through them once, so they may be streamed.</summary>
    public required IEnumerable<InstitutionalClaim> Claims { get; init; }
}

/// <summary>A part of a file that is legal where it stands and is not held by the model.</summary>
/// <param name="Loop">Its loop.</param>
/// <param name="SegmentNumber">Its number within the transaction set; ST is 1.</param>
/// <param name="What">The segment's id with its code, or one element of it.</param>
public sealed record SegmentNotHeld(string Loop, int SegmentNumber, string What);
