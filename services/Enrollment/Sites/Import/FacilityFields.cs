using System.Collections.Immutable;

namespace Platform.Enrollment.Sites.Import;

/// <summary>Names of the columns of a facility file.</summary>
internal static class FacilityFields
{
    public const string Name = "name";
    public const string Type = "type_facility";
    public const string Street = "street";
    public const string City = "city";
    public const string State = "state";
    public const string Zip = "zip";
    public const string Phone = "phone";
    public const string Latitude = "latitude";
    public const string Longitude = "longitude";
    public const string ExternalId = "external_id";
    public const string Npi = "npi";
    public const string TaxId = "tax_id";
    public const string Taxonomy = "taxonomy";
    public const string TimeZone = "time_zone";
    public const string Program = "program";
    public const string Track = "track";
    public const string AgeGroup = "age_group";
    public const string Licensed = "licensed";

    /// <summary>Only the locator's JSON says these; the texts are lists parted by semicolons.</summary>
    public const string Settings = "service_settings";

    /// <inheritdoc cref="Settings"/>
    public const string Payments = "payments";

    /// <inheritdoc cref="Settings"/>
    public const string Languages = "languages";

    /// <inheritdoc cref="Settings"/>
    public const string Ages = "ages";

    /// <summary>The columns that every CSV file has.</summary>
    public static readonly ImmutableArray<string> Required =
        [Name, Type, Street, City, State, Zip, Phone, Latitude, Longitude];

    /// <summary>The columns that a CSV file may have.</summary>
    public static readonly ImmutableArray<string> Optional =
        [ExternalId, Npi, TaxId, Taxonomy, TimeZone, Program, Track, AgeGroup, Licensed];
}
