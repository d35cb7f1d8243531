namespace Platform.Enrollment.Consents;

/// <summary>On what ground something is disclosed. Numbered as in the API.</summary>
internal enum DisclosureGround
{
    /// <summary>A consent of the patient (42 CFR 2.33; for other records 45 CFR 164.508).</summary>
    Consent = 1,

    /// <summary>Treatment, payment or operations with records that are not of a Part 2 program (45 CFR 164.506).</summary>
    HipaaTpo = 2,

    /// <summary>A medical emergency in which consent cannot be obtained (42 CFR 2.51).</summary>
    MedicalEmergency = 3,

    /// <summary>Audit or evaluation (42 CFR 2.53).</summary>
    AuditEvaluation = 4,

    /// <summary>A court order (42 CFR part 2, subpart E).</summary>
    CourtOrder = 5,
}

/// <summary>Whoever is to receive something.</summary>
/// <param name="Name">Name of the person or organization.</param>
/// <param name="Class">What it is to the patient; null when none of the known.</param>
/// <param name="PartyId">The id by which the platform knows it; null when by its name only.</param>
/// <param name="Through">The intermediary that passes it on; empty when it goes there directly.</param>
internal sealed record DisclosureRecipient(string Name, RecipientClass? Class, Guid? PartyId, string Through);

/// <summary>What is on record for a disclosure without consent; what is not given is empty.</summary>
/// <param name="Affiliation">Emergency: the facility of the medical personnel.</param>
/// <param name="DisclosedBy">Emergency: who disclosed.</param>
/// <param name="Nature">Emergency: its nature.</param>
/// <param name="Reference">Audit: the written agreement. Court order: court, number and day.</param>
/// <param name="Mandate">Court order: the subpoena that comes with it.</param>
internal sealed record DisclosureDocumentation(string Affiliation, string DisclosedBy, string Nature, string Reference, string Mandate)
{
    /// <summary>Nothing on record.</summary>
    public static readonly DisclosureDocumentation None = new(string.Empty, string.Empty, string.Empty, string.Empty, string.Empty);
}

/// <summary>May X disclose what of a person to Y for Z.</summary>
/// <param name="SiteId">The site that discloses; null for the network.</param>
/// <param name="ProgramId">The program whose record it is; null when it is not one program's.</param>
/// <param name="Recipient">To whom.</param>
/// <param name="Categories">What.</param>
/// <param name="Purpose">What for.</param>
/// <param name="Exception">The exception to consent that is called upon; null when none is.</param>
/// <param name="Documentation">What is on record for it.</param>
internal sealed record DisclosureQuestion(
    Guid? SiteId, Guid? ProgramId, DisclosureRecipient Recipient, RecordSet Categories, Purpose Purpose, DisclosureGround? Exception,
    DisclosureDocumentation Documentation);

/// <summary>What must be known of a person beside the consents.</summary>
/// <param name="Tracks">What the programs treat whose record it may be; empty when that is not known.</param>
/// <param name="Discharges">The person's discharges.</param>
internal sealed record PersonFacts(IReadOnlyCollection<Sites.Track> Tracks, IReadOnlyCollection<DischargeDay> Discharges);
