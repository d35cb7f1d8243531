using Platform.Enrollment.Referrals;

namespace Platform.Enrollment.Sites.Import;

/// <summary>A facility as a file has it, before anything is checked.</summary>
/// <param name="Row">In JSON the number of the row from 1, in CSV the line on which the row begins.</param>
/// <param name="Fields">Text by column, under the names of the CSV columns; what is absent is not in it.</param>
/// <param name="Damage">What is wrong with the row as a whole; null when it could be read.</param>
internal sealed record RawFacility(int Row, IReadOnlyDictionary<string, string> Fields, string? Damage = null)
{
    /// <summary>The trimmed text of a column; empty when absent.</summary>
    public string this[string column] => Fields.TryGetValue(column, out var text) ? text.Trim() : string.Empty;
}

/// <summary>A facility whose every field was checked. What a file does not say is null and leaves what is known.</summary>
/// <param name="Row">Where it was in the file.</param>
/// <param name="Name">Display name.</param>
/// <param name="FacilityType">What it treats.</param>
/// <param name="Street">Street and number.</param>
/// <param name="City">City.</param>
/// <param name="State">Two-letter code.</param>
/// <param name="Zip">Five or nine digits.</param>
/// <param name="Point">Where it is, or where its ZIP lies when the file does not say; lies in the state.</param>
/// <param name="Phone">As given; may be empty.</param>
internal sealed record FacilityRow(
    int Row, string Name, FacilityType FacilityType, string Street, string City, string State, string Zip, GeoPoint Point,
    string Phone)
{
    /// <summary>Whether the file says where it is.</summary>
    public bool IsPositionSaid { get; init; } = true;

    /// <summary>Name of the region that it lies in.</summary>
    public string? Region { get; init; }

    /// <summary>The id that the publisher of the file gave it.</summary>
    public string? ExternalId { get; init; }

    /// <summary>IANA time zone, when the file says it.</summary>
    public string? TimeZone { get; init; }

    /// <summary>National Provider Identifier.</summary>
    public string? Npi { get; init; }

    /// <summary>Federal tax id, nine digits.</summary>
    public string? TaxId { get; init; }

    /// <summary>Health care provider taxonomy code.</summary>
    public string? Taxonomy { get; init; }

    /// <summary>Payers and funding accepted, in the locator's words.</summary>
    public string[]? PaymentsAccepted { get; init; }

    /// <summary>Payers accepted, by kind and code.</summary>
    public AcceptedPayer[]? Payers { get; init; }

    /// <summary>Groups of persons for whom it has something of their own.</summary>
    public string[]? SpecialPrograms { get; init; }

    /// <summary>Languages other than English.</summary>
    public string[]? Languages { get; init; }

    /// <summary>Whether it runs an intensive outpatient program.</summary>
    public bool? RunsIop { get; init; }

    /// <summary>The program that it runs, when the file says how large it is.</summary>
    public ProgramRow? Program { get; init; }

    /// <summary>Whether it takes minors and nobody else.</summary>
    public bool MinorsOnly { get; init; }

    /// <summary>What stands for its identity when there is no external id.</summary>
    public string NaturalKey => Site.NaturalKeyOf(Name, Street, City, Zip, FacilityType);

    /// <summary>Whether another row says the same of its site, whatever it says of a program.</summary>
    public bool SaysOfSiteAs(FacilityRow other)
    {
        return this with
        {
            Row = other.Row,
            Program = other.Program,
            PaymentsAccepted = other.PaymentsAccepted,
            Payers = other.Payers,
            SpecialPrograms = other.SpecialPrograms,
            Languages = other.Languages,
        } == other
            && Same(PaymentsAccepted, other.PaymentsAccepted) && Same(Payers, other.Payers)
            && Same(SpecialPrograms, other.SpecialPrograms) && Same(Languages, other.Languages);

        static bool Same<T>(T[]? one, T[]? another) => one is null ? another is null : another is not null && one.SequenceEqual(another);
    }
}

/// <summary>A program in a facility row.</summary>
/// <param name="Name">Display name.</param>
/// <param name="Track">What it treats.</param>
/// <param name="AgeGroup">Whom it treats.</param>
/// <param name="Licensed">Places it is licensed for; null when the file does not say, as are the others below.</param>
internal sealed record ProgramRow(string Name, Track Track, AgeGroup AgeGroup, int? Licensed)
{
    /// <summary>Level of care.</summary>
    public LevelOfCare? Level { get; init; }

    /// <summary>On site or from afar.</summary>
    public Delivery? Delivery { get; init; }

    /// <summary>Days on which it meets.</summary>
    public Weekdays? Weekdays { get; init; }

    /// <summary>When in the day it meets.</summary>
    public TimesOfDay? TimesOfDay { get; init; }

    /// <summary>States in which persons may take part from afar, in order.</summary>
    public string[]? VirtualStates { get; init; }

    /// <summary>The details of a program after what the row says of them.</summary>
    public ProgramDetails Over(ProgramDetails known) => new(
        Name,
        Level ?? known.Level,
        Delivery ?? known.Delivery,
        Weekdays ?? known.Weekdays,
        TimesOfDay ?? known.TimesOfDay,
        VirtualStates ?? (Delivery == Sites.Delivery.OnSite ? [] : known.VirtualStates));
}
