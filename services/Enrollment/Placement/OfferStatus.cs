namespace Platform.Enrollment.Placement;

/// <summary>What became of an offer. Numbered as in the API.</summary>
internal enum OfferStatus
{
    /// <summary>Holds a place.</summary>
    Held = 1,

    /// <summary>Used by an admission.</summary>
    Accepted = 2,

    /// <summary>Let go.</summary>
    Released = 3,

    /// <summary>Ran out.</summary>
    Lapsed = 4,

    /// <summary>The person said no.</summary>
    Declined = 5,
}
