namespace Platform.Enrollment.Episodes;

/// <summary>Where an episode stands. Numbered as in the API.</summary>
internal enum EpisodeStatus
{
    /// <summary>In care.</summary>
    Admitted = 1,

    /// <summary>Ended.</summary>
    Discharged = 2,
}

/// <summary>How an episode ended. Numbered as in the API.</summary>
internal enum Disposition
{
    /// <summary>Completed the program.</summary>
    Completed = 1,

    /// <summary>Transferred elsewhere.</summary>
    Transferred = 2,

    /// <summary>Stepped up to more care.</summary>
    StepUp = 3,

    /// <summary>Stepped down to less care.</summary>
    StepDown = 4,

    /// <summary>Left against advice.</summary>
    AgainstAdvice = 5,

    /// <summary>Administrative.</summary>
    Administrative = 6,

    /// <summary>No longer attending.</summary>
    NoLongerAttending = 7,
}
