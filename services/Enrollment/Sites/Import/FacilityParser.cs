using System.Net;
using System.Text.RegularExpressions;
using Platform.Shared.Time;

namespace Platform.Enrollment.Sites.Import;

/// <summary>
/// Checks a row of a facility file. A row is taken whole or not at all: a site with a wrong ZIP or a point in another state would
/// be found by nobody or by the wrong people, so it is skipped with every reason, for its owner to correct and import again.
/// </summary>
internal sealed partial class FacilityParser
{
    private readonly List<string> _reasons = [];
    private RawFacility _raw = new(0, new Dictionary<string, string>());

    /// <summary>The row, or what is wrong with it in which fields.</summary>
    public (FacilityRow? Row, IReadOnlyList<string> Reasons) Parse(RawFacility raw)
    {
        _reasons.Clear();
        _raw = raw;
        if (raw.Damage is not null)
        {
            return (null, [raw.Damage]);
        }

        var type = Type();
        var state = State();
        var zip = Zip();
        var zone = TimeZone();
        var isPositionSaid = _raw[FacilityFields.Latitude].Length + _raw[FacilityFields.Longitude].Length > 0;
        var settings = List(FacilityFields.Settings);
        var payments = List(FacilityFields.Payments);
        var row = new FacilityRow(
            raw.Row,
            Required(FacilityFields.Name, 200),
            type,
            Required(FacilityFields.Street, 200),
            Required(FacilityFields.City, 100),
            state,
            zip,
            isPositionSaid ? Point(state) : PointOf(zip, state, zone),
            Clean(FacilityFields.Phone, 40))
        {
            ExternalId = Given(FacilityFields.ExternalId, 100),
            IsPositionSaid = isPositionSaid,
            Region = Given(FacilityFields.Region, 200),
            TimeZone = zone,
            Npi = Digits(FacilityFields.Npi, SiteIdentifiers.NpiExpected, Sites.Npi.IsValid),
            TaxId = Digits(FacilityFields.TaxId, SiteIdentifiers.TaxIdExpected, SiteIdentifiers.IsTaxId),
            Taxonomy = Taxonomy(),
            PaymentsAccepted = payments,
            Payers = Payers() ?? (payments is null ? null : LocatorPayments.KindsOf(payments)),
            Languages = List(FacilityFields.Languages),
            SpecialPrograms = List(FacilityFields.SpecialPrograms),
            RunsIop = settings?.Any(setting => setting.Contains("intensive outpatient", StringComparison.OrdinalIgnoreCase)),
            Program = Program(type),
            MinorsOnly = List(FacilityFields.Ages) is { Length: > 0 } ages
                && ages.All(age => age.StartsWith("Children", StringComparison.OrdinalIgnoreCase)),
        };
        if (row.Program is not null)
        {
            row = row with { RunsIop = true };
        }

        return _reasons.Count == 0 ? (row, []) : (null, [.. _reasons]);
    }

    /// <summary>The name as far as it can be read, for the report.</summary>
    public static string NameOf(RawFacility raw)
    {
        var name = Unescape(raw[FacilityFields.Name]);
        return name.Length <= 200 ? name : name[..200];
    }

    private FacilityType Type()
    {
        switch (_raw[FacilityFields.Type].ToUpperInvariant())
        {
            case "SA":
                return FacilityType.SubstanceUse;
            case "MH":
                return FacilityType.MentalHealth;
            default:
                Fail(FacilityFields.Type, "must be SA or MH");
                return FacilityType.SubstanceUse;
        }
    }

    private string State()
    {
        var state = _raw[FacilityFields.State].ToUpperInvariant();
        if (!UsPlaces.IsState(state))
        {
            Fail(FacilityFields.State, state.Length == 0 ? "is required" : "is not the two-letter code of a state or territory");
        }

        return state;
    }

    private string Zip()
    {
        var zip = _raw[FacilityFields.Zip];
        if (zip.Length == 0)
        {
            Fail(FacilityFields.Zip, "is required");
            return zip;
        }

        if (!ZipCode().IsMatch(zip))
        {
            Fail(FacilityFields.Zip, zip.Length is 3 or 4 && zip.All(char.IsAsciiDigit)
                ? $"has {zip.Length} digits; leading zeros may have been lost"
                : "must be 5 digits, or 9 with or without a hyphen");
        }

        return zip.Replace("-", string.Empty, StringComparison.Ordinal);
    }

    private string? TimeZone()
    {
        var zone = Given(FacilityFields.TimeZone, 50);
        if (zone is not null && !LocalDays.IsKnown(zone))
        {
            Fail(FacilityFields.TimeZone, "is not an IANA time zone");
        }

        return zone;
    }

    private string? Digits(string column, string expected, Func<string, bool> isValid)
    {
        var digits = _raw[column].Replace("-", string.Empty, StringComparison.Ordinal);
        if (digits.Length == 0)
        {
            return null;
        }

        if (!isValid(digits))
        {
            Fail(column, expected);
        }

        return digits;
    }

    private string? Taxonomy()
    {
        var code = _raw[FacilityFields.Taxonomy].ToUpperInvariant();
        if (code.Length == 0)
        {
            return null;
        }

        if (!SiteIdentifiers.IsTaxonomy(code))
        {
            Fail(FacilityFields.Taxonomy, SiteIdentifiers.TaxonomyExpected);
        }

        return code;
    }

    private string Required(string column, int longest)
    {
        var text = Clean(column, longest);
        if (text.Length == 0)
        {
            Fail(column, "is required");
        }

        return text;
    }

    private string? Given(string column, int longest) => Clean(column, longest) is { Length: > 0 } text ? text : null;

    private string[]? List(string column) =>
        _raw.Fields.ContainsKey(column)
            ? _raw[column].Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : null;

    private string Clean(string column, int longest)
    {
        var text = Unescape(_raw[column]);
        if (text.Length > longest)
        {
            Fail(column, $"must have at most {longest} characters");
        }
        else if (text.Any(c => char.IsControl(c)))
        {
            Fail(column, "must not contain control characters");
        }

        return text;
    }

    /// <summary>Files made from the locator's answers keep the escapes of JSON (<c>\/</c>) and of HTML (<c>&amp;amp;</c>).</summary>
    private static string Unescape(string text)
    {
        var plain = text.Replace("\\/", "/", StringComparison.Ordinal);
        plain = plain.Contains('&') ? WebUtility.HtmlDecode(plain) : plain;
        return Spaces().Replace(plain, " ").Trim();
    }

    private void Fail(string field, string description) => _reasons.Add($"{field}: {description}");

    [GeneratedRegex("^[0-9]{5}(-?[0-9]{4})?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ZipCode();

    [GeneratedRegex(@"[ \u00A0]{2,}|\u00A0|[\r\n\t]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();
}
