namespace Platform.Enrollment.Consents;

/// <summary>
/// Why a disclosure is allowed or not. Numbered as in the API. Among the refusals of several consents, the one with the highest
/// number came nearest.
/// </summary>
internal enum DisclosureReason
{
    /// <summary>Allowed.</summary>
    Allowed = 1,

    /// <summary>No consent is recorded.</summary>
    ConsentMissing = 2,

    /// <summary>None is for this purpose.</summary>
    ConsentPurpose = 3,

    /// <summary>None lets this site or program disclose.</summary>
    ConsentDiscloser = 4,

    /// <summary>None names this recipient or a class that it is of.</summary>
    ConsentRecipient = 5,

    /// <summary>No single one covers all of what is asked for.</summary>
    ConsentCategories = 6,

    /// <summary>Counseling notes need a consent, and a disclosure, of their own.</summary>
    ConsentCounselingNotes = 7,

    /// <summary>The one that would cover it is signed on a later day.</summary>
    ConsentNotSigned = 8,

    /// <summary>The one that would cover it has expired.</summary>
    ConsentExpired = 9,

    /// <summary>The one that would cover it was revoked.</summary>
    ConsentRevoked = 10,

    /// <summary>An exception to consent is not documented as its rule demands.</summary>
    ConsentDocumentation = 11,
}

/// <summary>The notice that accompanies a disclosure with consent (42 CFR 2.32).</summary>
/// <param name="LongForm">Statement 1.</param>
/// <param name="ShortForm">Statement 2; either one suffices.</param>
/// <param name="Scope">The scope of the consent (2.32(b)).</param>
internal sealed record DisclosureNotice(string LongForm, string ShortForm, string Scope);

/// <summary>What was decided.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Ground">On what ground; null when refused.</param>
/// <param name="Consent">The consent that covers it, or the one that came nearest; null when none does.</param>
/// <param name="IsPart2">Whether the record is one of a Part 2 program.</param>
/// <param name="Notice">What must accompany it; null when no notice is required.</param>
/// <param name="Facts">What it was weighed by.</param>
internal sealed record DisclosureDecision(
    DisclosureReason Reason, DisclosureGround? Ground, Consent? Consent, bool IsPart2, DisclosureNotice? Notice, DisclosureFacts Facts)
{
    /// <summary>Whether it may be disclosed.</summary>
    public bool IsAllowed => Reason == DisclosureReason.Allowed;
}
