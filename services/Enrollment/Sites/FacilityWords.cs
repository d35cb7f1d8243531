namespace Platform.Enrollment.Sites;

/// <summary>What a facility treats, as the federal locator says. Numbered as in the API.</summary>
internal enum FacilityType
{
    /// <summary>SA: substance use.</summary>
    SubstanceUse = 1,

    /// <summary>MH: mental health.</summary>
    MentalHealth = 2,
}

/// <summary>What a program treats. Numbered as in the API.</summary>
internal enum Track
{
    /// <summary>Substance use disorders.</summary>
    SubstanceUse = 1,

    /// <summary>Depression and other mental-health conditions.</summary>
    MentalHealth = 2,

    /// <summary>Both at once.</summary>
    DualDiagnosis = 3,

    /// <summary>Eating disorders.</summary>
    EatingDisorder = 4,
}

/// <summary>Whom a program treats. Numbered as in the API.</summary>
internal enum AgeGroup
{
    /// <summary>18 and over.</summary>
    Adult = 1,

    /// <summary>Under 18.</summary>
    Adolescent = 2,
}
