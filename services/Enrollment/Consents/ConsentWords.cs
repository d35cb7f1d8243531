namespace Platform.Enrollment.Consents;

/// <summary>Who may disclose under a consent (42 CFR 2.31(a)(2)). Numbered as in the API.</summary>
internal enum DiscloserKind
{
    /// <summary>Any program, site or other holder of the record.</summary>
    Any = 1,

    /// <summary>The network with all its sites and programs.</summary>
    Network = 2,

    /// <summary>One site with its programs.</summary>
    Site = 3,

    /// <summary>One program.</summary>
    Program = 4,
}

/// <summary>The event with which a consent ends (42 CFR 2.31(a)(7)). Numbered as in the API.</summary>
internal enum ExpiryEvent
{
    /// <summary>The first discharge on or after the day of the signature.</summary>
    EndOfTreatment = 1,

    /// <summary>Another one, in words.</summary>
    Other = 2,
}

/// <summary>Who signed (42 CFR 2.31(a)(8)). Numbered as in the API.</summary>
internal enum Signer
{
    /// <summary>The patient.</summary>
    Patient = 1,

    /// <summary>A parent or guardian of a minor (42 CFR 2.14).</summary>
    ParentOrGuardian = 2,

    /// <summary>Whoever acts for a patient who lacks capacity or has died (42 CFR 2.15).</summary>
    PersonalRepresentative = 3,
}

/// <summary>How it was signed. Numbered as in the API.</summary>
internal enum SignatureMethod
{
    /// <summary>On paper.</summary>
    Paper = 1,

    /// <summary>Electronically.</summary>
    Electronic = 2,
}

/// <summary>Whether a consent stands on a day. Numbered as in the API.</summary>
internal enum ConsentStatus
{
    /// <summary>It stands.</summary>
    Active = 1,

    /// <summary>Its last day has passed, or the event has come.</summary>
    Expired = 2,

    /// <summary>It was revoked.</summary>
    Revoked = 3,
}
