namespace Platform.Enrollment.Referrals;

/// <summary>Who referred. Numbered as in the API.</summary>
internal enum ReferralSource
{
    /// <summary>Inpatient (step-down).</summary>
    Inpatient = 1,

    /// <summary>Residential (step-down).</summary>
    Residential = 2,

    /// <summary>Partial hospitalization (step-down).</summary>
    Php = 3,

    /// <summary>Outpatient (step-up).</summary>
    Outpatient = 4,

    /// <summary>A court.</summary>
    Court = 5,

    /// <summary>A school.</summary>
    School = 6,

    /// <summary>The person.</summary>
    Self = 7,

    /// <summary>Anyone else.</summary>
    Other = 8,
}

/// <summary>Where a referral stands. Numbered as in the API.</summary>
internal enum ReferralStatus
{
    /// <summary>Eligibility not yet answered.</summary>
    Received = 1,

    /// <summary>All answers allow admission.</summary>
    Eligible = 2,

    /// <summary>An answer does not; another level is recommended.</summary>
    NotEligible = 3,

    /// <summary>Admitted.</summary>
    Admitted = 4,

    /// <summary>Ended by the person or who referred.</summary>
    Withdrawn = 5,

    /// <summary>Ended by the network.</summary>
    Declined = 6,
}

/// <summary>What a received document is. Numbered as in the API.</summary>
internal enum DocumentKind
{
    /// <summary>A letter or form of referral.</summary>
    ReferralForm = 1,

    /// <summary>A discharge summary.</summary>
    DischargeSummary = 2,

    /// <summary>An assessment made elsewhere.</summary>
    Assessment = 3,

    /// <summary>A list of medications.</summary>
    MedicationList = 4,

    /// <summary>Laboratory results.</summary>
    Laboratory = 5,

    /// <summary>An order of a court.</summary>
    CourtOrder = 6,

    /// <summary>A signed consent or release.</summary>
    Consent = 7,

    /// <summary>A copy of an insurance card.</summary>
    InsuranceCard = 8,

    /// <summary>Anything else.</summary>
    Other = 9,
}

/// <summary>Administrative sex as claims carry it (X12 DMG03). Numbered as in the API.</summary>
internal enum Sex
{
    /// <summary>Not said; sent as U.</summary>
    Unspecified = 0,

    /// <summary>F.</summary>
    Female = 1,

    /// <summary>M.</summary>
    Male = 2,
}

/// <summary>A question that decides eligibility; each must be a yes. Numbered as in the API.</summary>
internal enum EligibilityQuestion
{
    /// <summary>Needs more than weekly care.</summary>
    NeedsMoreThanWeeklyCare = 1,

    /// <summary>Needs no 24-hour monitoring and no full-time medical detox.</summary>
    NeedsNoRoundTheClockCare = 2,

    /// <summary>Is medically and psychiatrically stable enough.</summary>
    IsStable = 3,

    /// <summary>Has a support system.</summary>
    HasSupport = 4,

    /// <summary>Can keep the schedule.</summary>
    CanKeepSchedule = 5,

    /// <summary>Has a diagnosis that the program treats.</summary>
    HasTreatedDiagnosis = 6,
}

/// <summary>Level of care (ASAM third edition code). Numbered as in the API.</summary>
internal enum LevelOfCare
{
    /// <summary>1: outpatient.</summary>
    Outpatient = 1,

    /// <summary>2.1: intensive outpatient.</summary>
    IntensiveOutpatient = 2,

    /// <summary>2.5: partial hospitalization.</summary>
    PartialHospitalization = 3,

    /// <summary>3.x: residential.</summary>
    Residential = 4,

    /// <summary>4: inpatient.</summary>
    Inpatient = 5,
}
