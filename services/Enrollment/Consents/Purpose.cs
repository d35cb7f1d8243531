namespace Platform.Enrollment.Consents;

/// <summary>Why a record is read or disclosed (45 CFR 164.506). Numbered as in the API.</summary>
internal enum Purpose
{
    /// <summary>Treatment.</summary>
    Treatment = 1,

    /// <summary>Payment.</summary>
    Payment = 2,

    /// <summary>Health care operations.</summary>
    Operations = 3,
}
