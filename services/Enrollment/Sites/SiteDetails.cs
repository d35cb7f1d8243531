namespace Platform.Enrollment.Sites;

/// <summary>What a site is, as far as people say it.</summary>
/// <param name="Name">Display name.</param>
/// <param name="FacilityType">What it treats.</param>
/// <param name="Street">Street and number.</param>
/// <param name="City">City.</param>
/// <param name="State">Two-letter code.</param>
/// <param name="Zip">Five or nine digits.</param>
/// <param name="Point">Where it is.</param>
/// <param name="TimeZone">IANA time zone in which its days are counted.</param>
internal sealed record SiteDetails(
    string Name, FacilityType FacilityType, string Street, string City, string State, string Zip, GeoPoint Point, string TimeZone)
{
    /// <summary>Phone, as given; may be empty.</summary>
    public string Phone { get; init; } = string.Empty;

    /// <summary>National Provider Identifier.</summary>
    public string? Npi { get; init; }

    /// <summary>Federal tax id, nine digits.</summary>
    public string? TaxId { get; init; }

    /// <summary>Health care provider taxonomy code.</summary>
    public string? Taxonomy { get; init; }

    /// <summary>Payers that it accepts.</summary>
    public AcceptedPayer[] Payers { get; init; } = [];

    /// <summary>Languages other than English.</summary>
    public string[] Languages { get; init; } = [];

    /// <summary>Groups of persons for whom it has something of their own.</summary>
    public string[] SpecialPrograms { get; init; } = [];

    /// <summary>The region that it lies in.</summary>
    public Guid? RegionId { get; init; }

    /// <summary>The id that the publisher of a facility file gave it.</summary>
    public string? ExternalId { get; init; }

    /// <summary>Whether its programs suit those who wait as they did with other details.</summary>
    public bool SuitsAs(SiteDetails other) =>
        RegionId == other.RegionId && Languages.SequenceEqual(other.Languages) && Payers.SequenceEqual(other.Payers);
}
