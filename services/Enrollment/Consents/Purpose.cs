namespace Platform.Enrollment.Consents;

/// <summary>Why a record is read or disclosed (45 CFR 164.506, 42 CFR 2.31(a)(5)). Numbered as in the API.</summary>
internal enum Purpose
{
    /// <summary>Treatment.</summary>
    Treatment = 1,

    /// <summary>Payment.</summary>
    Payment = 2,

    /// <summary>Health care operations.</summary>
    Operations = 3,

    /// <summary>Civil, criminal, administrative or legislative proceedings: by a consent for nothing else (42 CFR 2.31(d)).</summary>
    LegalProceedings = 4,

    /// <summary>At the request of the patient.</summary>
    PatientRequest = 5,
}

/// <summary>Purposes as audit rows and events name them.</summary>
internal static class PurposeCodes
{
    /// <summary>The name of the API without its prefix, such as <c>LEGAL_PROCEEDINGS</c>.</summary>
    public static string ToCode(this Purpose purpose) => purpose switch
    {
        Purpose.LegalProceedings => "LEGAL_PROCEEDINGS",
        Purpose.PatientRequest => "PATIENT_REQUEST",
        _ => purpose.ToString().ToUpperInvariant(),
    };
}
