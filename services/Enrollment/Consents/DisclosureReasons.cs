using Platform.Shared.Errors;

namespace Platform.Enrollment.Consents;

/// <summary>The reasons in words; they name nobody.</summary>
internal static class DisclosureReasons
{
    /// <summary>The error with which a disclosure is refused; its code is the reason's name.</summary>
    public static DomainError ErrorOf(DisclosureReason reason) => DomainError.Precondition(CodeOf(reason), TextOf(reason));

    /// <summary>Why it was decided so.</summary>
    public static string TextOf(DisclosureDecision decision) => decision.Ground switch
    {
        DisclosureGround.Consent => "A consent of the patient covers it (42 CFR 2.33).",
        DisclosureGround.HipaaTpo =>
            "The record is not one of a substance use disorder program; no consent is needed for this purpose (45 CFR 164.506).",
        DisclosureGround.MedicalEmergency => "A documented medical emergency (42 CFR 2.51).",
        DisclosureGround.AuditEvaluation => "An audit or evaluation under a written agreement (42 CFR 2.53).",
        DisclosureGround.CourtOrder => "A court order with the mandate that compels (42 CFR part 2, subpart E).",
        _ => TextOf(decision.Reason),
    };

    private static string TextOf(DisclosureReason reason) => reason switch
    {
        DisclosureReason.ConsentPurpose => "No consent of the patient is for this purpose (42 CFR 2.31(a)(5)).",
        DisclosureReason.ConsentDiscloser => "No consent of the patient lets this site or program disclose (42 CFR 2.31(a)(2)).",
        DisclosureReason.ConsentRecipient => "No consent, nor the exception called upon, is for this recipient (42 CFR 2.31(a)(4), 2.51).",
        DisclosureReason.ConsentCategories => "No single consent covers all of what is asked for (42 CFR 2.31(a)(3)).",
        DisclosureReason.ConsentCounselingNotes =>
            "SUD counseling notes need a consent for nothing else, and are disclosed alone (42 CFR 2.31(b)).",
        DisclosureReason.ConsentNotSigned => "The consent that would cover it is signed on a later day.",
        DisclosureReason.ConsentExpired => "The consent that would cover it has expired (42 CFR 2.31(c)(1)).",
        DisclosureReason.ConsentRevoked => "The consent that would cover it was revoked (42 CFR 2.31(c)(3)).",
        DisclosureReason.ConsentDocumentation =>
            "The exception is not documented: an emergency by who disclosed and its nature (42 CFR 2.51(c)), an audit by the written "
            + "agreement (2.53), a court order by the order and the mandate (2.61).",
        _ => "No consent of the patient is recorded (42 CFR 2.31).",
    };

    private static string CodeOf(DisclosureReason reason) => string.Concat(reason.ToString().Select((c, i) =>
        i > 0 && char.IsUpper(c) ? $"_{c}" : $"{char.ToUpperInvariant(c)}"));
}
