namespace Platform.Enrollment.Assessments.Screening;

/// <summary>A screening instrument. Numbered as in the API.</summary>
internal enum Instrument
{
    /// <summary>Patient Health Questionnaire.</summary>
    Phq9 = 1,

    /// <summary>Generalized Anxiety Disorder scale.</summary>
    Gad7 = 2,

    /// <summary>Brief Addiction Monitor with categories.</summary>
    Bam = 3,

    /// <summary>Brief Addiction Monitor with days.</summary>
    BamR = 4,

    /// <summary>Columbia-Suicide Severity Rating Scale, screener.</summary>
    CSsrs = 5,
}
