using System.Text;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Sites;

/// <summary>A place where programs run.</summary>
internal sealed class Site : ITenantOwned, IVersioned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    /// <summary>The id that the publisher of a facility file gave it; null until a file carries one.</summary>
    public string? ExternalId { get; private set; }

    /// <summary>What stands for its identity in a file without external ids: <see cref="NaturalKeyOf"/>.</summary>
    public string NaturalKey { get; private set; } = string.Empty;

    public string Name { get; private set; } = string.Empty;

    public FacilityType FacilityType { get; private set; }

    public string Street { get; private set; } = string.Empty;

    public string City { get; private set; } = string.Empty;

    /// <summary>Two-letter code.</summary>
    public string State { get; private set; } = string.Empty;

    /// <summary>Five or nine digits.</summary>
    public string Zip { get; private set; } = string.Empty;

    /// <summary>Degrees north.</summary>
    public double Latitude { get; private set; }

    /// <summary>Degrees east.</summary>
    public double Longitude { get; private set; }

    /// <summary>IANA time zone in which its days are counted.</summary>
    public string TimeZone { get; private set; } = string.Empty;

    public string Phone { get; private set; } = string.Empty;

    public string? Npi { get; private set; }

    public string? TaxId { get; private set; }

    public string? Taxonomy { get; private set; }

    /// <summary>Payers and funding, in the locator's words.</summary>
    public string[] PaymentsAccepted { get; private set; } = [];

    /// <summary>Payers that it accepts, by kind and code; none when nobody said.</summary>
    public AcceptedPayer[] Payers { get; private set; } = [];

    /// <summary>Languages other than English.</summary>
    public string[] Languages { get; private set; } = [];

    /// <summary>Groups of persons for whom it has something of their own, in the locator's words.</summary>
    public string[] SpecialPrograms { get; private set; } = [];

    public bool RunsIop { get; private set; }

    /// <summary>The region of the network that it belongs to; null when none.</summary>
    public Guid? RegionId { get; private set; }

    /// <summary>Site-local day from which it takes nobody new; null while it is open.</summary>
    public DateOnly? ClosedOn { get; private set; }

    /// <summary>Why it closes; empty while it is open.</summary>
    public string ClosingReason { get; private set; } = string.Empty;

    public long Version { get; private set; }

    public GeoPoint Point => new(Latitude, Longitude);

    /// <summary>What it is, as far as people say it.</summary>
    public SiteDetails Details => new(Name, FacilityType, Street, City, State, Zip, Point, TimeZone)
    {
        Phone = Phone,
        Npi = Npi,
        TaxId = TaxId,
        Taxonomy = Taxonomy,
        Payers = Payers,
        Languages = Languages,
        SpecialPrograms = SpecialPrograms,
        RegionId = RegionId,
        ExternalId = ExternalId,
    };

    /// <summary>Whether it takes new persons on a site-local day.</summary>
    public bool TakesNewOn(DateOnly day) => ClosedOn is null || day < ClosedOn;

    /// <summary>
    /// Name, street, city, five-digit ZIP and type, without regard to case, punctuation and spacing: one address often houses a
    /// substance-use and a mental-health facility of the same name.
    /// </summary>
    public static string NaturalKeyOf(string name, string street, string city, string zip, FacilityType type)
    {
        var key = new StringBuilder();
        foreach (var part in (string[])[name, street, city, zip.Length > 5 ? zip[..5] : zip, type.ToString()])
        {
            foreach (var c in part)
            {
                if (char.IsLetterOrDigit(c))
                {
                    key.Append(char.ToLowerInvariant(c));
                }
            }

            key.Append('|');
        }

        return key.ToString();
    }

    /// <summary>
    /// Takes over what a facility file says, and leaves what it does not say. The time zone follows the position as long as nobody
    /// said another one.
    /// </summary>
    /// <param name="row">The checked row.</param>
    /// <param name="regionId">The region that it names; null when it names none.</param>
    /// <returns>The names of the fields that are different now; the version grows when there are any.</returns>
    public IReadOnlyList<string> Take(Import.FacilityRow row, Guid? regionId)
    {
        var changed = new List<string>();
        var zoneIsDerived = TimeZone.Length == 0 || TimeZone == UsPlaces.TimeZoneAt(State, Point);
        ExternalId = Changed(ExternalId, row.ExternalId ?? ExternalId, "external_id");
        Name = Changed(Name, row.Name, "name");
        FacilityType = Changed(FacilityType, row.FacilityType, "type_facility");
        Street = Changed(Street, row.Street, "street");
        City = Changed(City, row.City, "city");
        State = Changed(State, row.State, "state");

        // Where the ZIP lies says nothing of a site that is known to lie elsewhere in it, and in the state.
        var isKnown = TimeZone.Length > 0 && Zip.StartsWith(row.Zip[..5], StringComparison.Ordinal)
            && UsPlaces.TimeZoneAt(row.State, Point) is not null;
        var point = row.IsPositionSaid || !isKnown ? row.Point : Point;

        // A file with five digits does not take away the nine that another one gave.
        Zip = Changed(Zip, Zip.StartsWith(row.Zip, StringComparison.Ordinal) ? Zip : row.Zip, "zip");
        Latitude = Changed(Latitude, point.Latitude, "latitude");
        Longitude = Changed(Longitude, point.Longitude, "longitude");
        var zone = row.TimeZone ?? (zoneIsDerived ? UsPlaces.TimeZoneAt(row.State, point)! : TimeZone);
        TimeZone = Changed(TimeZone, zone, "time_zone");
        Phone = Changed(Phone, row.Phone.Length > 0 ? row.Phone : Phone, "phone");
        Npi = Changed(Npi, row.Npi ?? Npi, "npi");
        TaxId = Changed(TaxId, row.TaxId ?? TaxId, "tax_id");
        Taxonomy = Changed(Taxonomy, row.Taxonomy ?? Taxonomy, "taxonomy");
        RunsIop = Changed(RunsIop, row.RunsIop ?? RunsIop, "runs_iop");
        RegionId = Changed(RegionId, regionId ?? RegionId, "region");
        PaymentsAccepted = ChangedList(PaymentsAccepted, row.PaymentsAccepted, "payments_accepted");
        Languages = ChangedList(Languages, row.Languages, "languages");
        SpecialPrograms = ChangedList(SpecialPrograms, row.SpecialPrograms, "special_programs");

        // A file that knows kinds of payers does not take away the codes that another one, or a person, gave.
        var payers = row.Payers is null || Array.Exists(row.Payers, payer => payer.Code.Length > 0)
            ? row.Payers
            : [.. row.Payers, .. Payers.Where(payer => payer.Code.Length > 0)];
        Payers = ChangedList(Payers, payers, "payers");
        NaturalKey = NaturalKeyOf(Name, Street, City, Zip, FacilityType);
        if (changed.Count > 0)
        {
            Version++;
        }

        return changed;

        T Changed<T>(T known, T given, string field)
        {
            if (!EqualityComparer<T>.Default.Equals(known, given))
            {
                changed.Add(field);
            }

            return given;
        }

        T[] ChangedList<T>(T[] known, T[]? given, string field)
        {
            if (given is null || given.SequenceEqual(known))
            {
                return known;
            }

            changed.Add(field);
            return given;
        }
    }

    /// <summary>Takes over what people say.</summary>
    public void Describe(SiteDetails details)
    {
        (Name, FacilityType) = (details.Name, details.FacilityType);
        (Street, City, State, Zip) = (details.Street, details.City, details.State, details.Zip);
        (Latitude, Longitude, TimeZone) = (details.Point.Latitude, details.Point.Longitude, details.TimeZone);
        (Phone, Npi, TaxId, Taxonomy) = (details.Phone, details.Npi, details.TaxId, details.Taxonomy);
        (Payers, Languages, SpecialPrograms) = (details.Payers, details.Languages, details.SpecialPrograms);
        (RegionId, ExternalId) = (details.RegionId, details.ExternalId);
        NaturalKey = NaturalKeyOf(Name, Street, City, Zip, FacilityType);
        Version++;
    }

    /// <summary>Takes nobody new from a day on.</summary>
    /// <param name="from">Site-local day.</param>
    /// <param name="reason">Why.</param>
    public void Close(DateOnly from, string reason)
    {
        (ClosedOn, ClosingReason) = (from, reason);
        Version++;
    }

    /// <summary>Takes new persons again.</summary>
    public void Reopen()
    {
        (ClosedOn, ClosingReason) = (null, string.Empty);
        Version++;
    }
}
