using Platform.Enrollment.Placement;
using Platform.Shared.Errors;
using Platform.Shared.Time;

namespace Platform.Enrollment.Sites;

/// <summary>
/// Reads what a caller says of a site: for a new one everything, for a change the fields that the mask names. Every field is
/// checked at the edge; what it makes of a site is known once the site is.
/// </summary>
internal sealed class SiteForm
{
    private static readonly HashSet<string> Fields = V1.SiteDetails.Descriptor.Fields.InDeclarationOrder()
        .Select(field => field.Name)
        .ToHashSet(StringComparer.Ordinal);

    private readonly V1.SiteDetails _given;
    private readonly IReadOnlySet<string> _named;
    private readonly Validation _validation;
    private readonly List<Func<SiteDetails, SiteDetails>> _changes = [];

    private SiteForm(V1.SiteDetails given, IReadOnlySet<string> named, Validation validation)
    {
        (_given, _named, _validation) = (given, named, validation);
        RegionId = validation.OptionalId(Named("region_id") ? given.RegionId : string.Empty, "details.region_id");
        ReadPlace();
        ReadIdentifiers();
        ReadLists();
    }

    /// <summary>The region that is named; null when none is.</summary>
    public Guid? RegionId { get; }

    /// <summary>Reads a new site.</summary>
    public static SiteForm ForNew(V1.SiteDetails? given, Validation validation)
    {
        validation.Require(given is not null, "details", "is required");
        return new SiteForm(given ?? new V1.SiteDetails(), Fields, validation);
    }

    /// <summary>Reads a change.</summary>
    public static SiteForm ForChange(V1.SiteDetails? given, IEnumerable<string> mask, Validation validation)
    {
        var named = mask.ToHashSet(StringComparer.Ordinal);
        foreach (var unknown in named.Where(path => !Fields.Contains(path)).Order(StringComparer.Ordinal))
        {
            validation.Fail("update_mask", $"names no field of details: {unknown}");
        }

        return new SiteForm(given ?? new V1.SiteDetails(), named, validation);
    }

    /// <summary>The site as it is to be.</summary>
    /// <param name="known">The site as it is; for a new one, an empty one.</param>
    /// <exception cref="DomainException">INVALID_ARGUMENT: position and state do not go together, or leave the time zone open.</exception>
    public SiteDetails Apply(SiteDetails known)
    {
        var site = _changes.Aggregate(known, (details, change) => change(details));
        var validation = new Validation();
        site = Placed(site, known, validation);
        validation.ThrowIfInvalid();
        return site;
    }

    /// <summary>
    /// Derives position and time zone where they are not said. They follow a change of address as long as nobody said other ones.
    /// </summary>
    private SiteDetails Placed(SiteDetails site, SiteDetails known, Validation validation)
    {
        var isPositionNamed = Named("latitude") || Named("longitude");
        var isPositionGiven = isPositionNamed && _given.HasLatitude && _given.HasLongitude;
        var isElsewhere = known.Zip.Length == 0 || !site.Zip.StartsWith(known.Zip[..5], StringComparison.Ordinal);
        if (!isPositionGiven && (isPositionNamed || isElsewhere))
        {
            if (ZipCentroids.Find(site.Zip) is { } place)
            {
                site = site with { Point = place.Point };
            }
            else
            {
                validation.Fail("details.latitude", "is required: where the ZIP lies is not known");
                return site;
            }
        }

        if (UsPlaces.TimeZoneAt(site.State, site.Point) is not { } derived)
        {
            validation.Fail(isPositionGiven ? "details.latitude" : "details.address.zip", $"does not lie in {site.State}");
            return site;
        }

        if (Named("time_zone") && _given.TimeZone.Length > 0)
        {
            return site with { TimeZone = _given.TimeZone };
        }

        var wasDerived = known.TimeZone.Length == 0 || known.TimeZone == UsPlaces.TimeZoneAt(known.State, known.Point) || Named("time_zone");
        if (!wasDerived)
        {
            return site;
        }

        // The middle of a ZIP's area may lie on the other side of a line that the site does not.
        var isExact = isPositionGiven || site.Point == known.Point;
        if (!isExact && UsPlaces.OnlyTimeZoneOf(site.State) is null)
        {
            validation.Fail("details.time_zone", $"is required without a position: {site.State} keeps more than one time zone");
        }

        return site with { TimeZone = derived };
    }

    private void ReadPlace()
    {
        if (Named("name"))
        {
            var name = _validation.Text(_given.Name, "details.name");
            _changes.Add(site => site with { Name = name });
        }

        if (Named("facility_type"))
        {
            var type = (FacilityType)_validation.Choice(_given.FacilityType, "details.facility_type");
            _changes.Add(site => site with { FacilityType = type });
        }

        if (Named("address"))
        {
            var address = _given.Address ?? new V1.Address();
            var street = _validation.Text(address.Street, "details.address.street");
            var city = _validation.Text(address.City, "details.address.city", 100);
            var state = address.State.Trim().ToUpperInvariant();
            _validation.Require(
                UsPlaces.IsState(state), "details.address.state", "is required: the two-letter code of a state or territory");
            _validation.Require(SiteIdentifiers.IsZip(address.Zip), "details.address.zip", "must be 5 or 9 digits");
            _changes.Add(site => site with { Street = street, City = city, State = state, Zip = address.Zip });
        }

        if (Named("latitude") || Named("longitude"))
        {
            _validation.Require(_given.HasLatitude == _given.HasLongitude, "details.longitude", "goes with latitude: give both or none");
            _validation.Require(_given.Latitude is >= -90 and <= 90, "details.latitude", "must be degrees from -90 to 90");
            _validation.Require(_given.Longitude is >= -180 and <= 180, "details.longitude", "must be degrees from -180 to 180");
            if (_given.HasLatitude)
            {
                _changes.Add(site => site with { Point = new GeoPoint(_given.Latitude, _given.Longitude) });
            }
        }

        _validation.Require(
            _given.TimeZone.Length == 0 || LocalDays.IsKnown(_given.TimeZone), "details.time_zone", "is not an IANA time zone");
    }

    private void ReadIdentifiers()
    {
        if (Named("phone"))
        {
            var phone = _validation.OptionalText(_given.Phone, "details.phone", 40);
            _changes.Add(site => site with { Phone = phone });
        }

        Identifier("npi", _given.Npi, Sites.Npi.IsValid, SiteIdentifiers.NpiExpected, (site, npi) => site with { Npi = npi });
        Identifier(
            "tax_id", _given.TaxId, SiteIdentifiers.IsTaxId, SiteIdentifiers.TaxIdExpected, (site, taxId) => site with { TaxId = taxId });
        Identifier(
            "taxonomy", _given.Taxonomy, SiteIdentifiers.IsTaxonomy, SiteIdentifiers.TaxonomyExpected,
            (site, taxonomy) => site with { Taxonomy = taxonomy });
        Identifier(
            "external_id", _given.ExternalId, SiteIdentifiers.IsExternalId, SiteIdentifiers.ExternalIdExpected,
            (site, externalId) => site with { ExternalId = externalId });
        if (Named("region_id"))
        {
            _changes.Add(site => site with { RegionId = RegionId });
        }
    }

    private void ReadLists()
    {
        if (Named("payers"))
        {
            var payers = _given.Payers
                .Select((payer, i) =>
                {
                    _validation.Require(AcceptedPayer.IsCode(payer.Code), $"details.payers[{i}].code", AcceptedPayer.CodeExpected);
                    return new AcceptedPayer((PayerKind)_validation.Choice(payer.Kind, $"details.payers[{i}].kind"), payer.Code);
                })
                .Distinct()
                .ToArray();
            _changes.Add(site => site with { Payers = payers });
        }

        Words("languages", _given.Languages, (site, languages) => site with { Languages = languages });
        Words("special_programs", _given.SpecialPrograms, (site, programs) => site with { SpecialPrograms = programs });
    }

    private void Identifier(
        string field, string text, Func<string, bool> isValid, string expected, Func<SiteDetails, string?, SiteDetails> change)
    {
        if (Named(field))
        {
            _validation.Require(text.Length == 0 || isValid(text), $"details.{field}", expected);
            _changes.Add(site => change(site, text.Length == 0 ? null : text));
        }
    }

    private void Words(string field, IReadOnlyList<string> texts, Func<SiteDetails, string[], SiteDetails> change)
    {
        if (Named(field))
        {
            var words = texts.Select((text, i) => _validation.Text(text, $"details.{field}[{i}]")).Distinct(StringComparer.Ordinal).ToArray();
            _changes.Add(site => change(site, words));
        }
    }

    private bool Named(string field) => _named.Contains(field);
}
