namespace Platform.Enrollment.Waitlist;

/// <summary>Where an entry stands. Numbered as in the API.</summary>
internal enum WaitlistStatus
{
    /// <summary>In line.</summary>
    Waiting = 1,

    /// <summary>A place is held.</summary>
    Offered = 2,

    /// <summary>Admitted to an offered place.</summary>
    Placed = 3,

    /// <summary>Taken out.</summary>
    Removed = 4,
}

/// <summary>What the priority of a person is chosen by. Numbered as in the API.</summary>
internal enum WaitlistFact
{
    /// <summary>Is pregnant.</summary>
    Pregnant = 1,

    /// <summary>Injects drugs, or did within the last 30 days (the Treatment Episode Data Set's span for the route of use).</summary>
    InjectsDrugs = 2,

    /// <summary>Has dependent children.</summary>
    DependentChildren = 3,

    /// <summary>Survived an overdose within the last 30 days.</summary>
    RecentOverdose = 4,
}

/// <summary>What happened to an entry. Numbered as in the API.</summary>
internal enum WaitlistEventKind
{
    /// <summary>Entered.</summary>
    Joined = 1,

    /// <summary>A place came open and was offered by the waitlist.</summary>
    Offered = 2,

    /// <summary>A place was offered by a person.</summary>
    OfferedByHand = 3,

    /// <summary>The offer was declined.</summary>
    Declined = 4,

    /// <summary>The offer's time ran out.</summary>
    Lapsed = 5,

    /// <summary>The offer was let go by staff.</summary>
    Released = 6,

    /// <summary>The next place is to go past it.</summary>
    Skipped = 7,

    /// <summary>A place went past it to somebody behind.</summary>
    PassedOver = 8,

    /// <summary>A place was offered to somebody else out of order, with a reason.</summary>
    Overtaken = 9,

    /// <summary>Admitted.</summary>
    Placed = 10,

    /// <summary>Taken out.</summary>
    Removed = 11,
}
