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
    public const string Level = "level";
    public const string Delivery = "delivery";
    public const string Region = "region";

    /// <summary>A list parted by semicolons, as are the columns below.</summary>
    public const string Weekdays = "weekdays";

    /// <inheritdoc cref="Weekdays"/>
    public const string TimesOfDay = "times_of_day";

    /// <inheritdoc cref="Weekdays"/>
    public const string VirtualStates = "virtual_states";

    /// <inheritdoc cref="Weekdays"/>
    public const string Payers = "payers";

    /// <inheritdoc cref="Weekdays"/>
    public const string Languages = "languages";

    /// <inheritdoc cref="Weekdays"/>
    public const string SpecialPrograms = "special_programs";

    /// <summary>Only the locator's JSON says these; the texts are lists parted by semicolons.</summary>
    public const string Settings = "service_settings";

    /// <inheritdoc cref="Settings"/>
    public const string Payments = "payments";

    /// <inheritdoc cref="Settings"/>
    public const string Ages = "ages";

    /// <summary>The columns that every CSV file has.</summary>
    public static readonly ImmutableArray<string> Required =
        [Name, Type, Street, City, State, Zip, Phone, Latitude, Longitude];

    /// <summary>The columns that a CSV file may have.</summary>
    public static readonly ImmutableArray<string> Optional =
    [
        ExternalId, Npi, TaxId, Taxonomy, TimeZone, Region, Payers, Languages, SpecialPrograms, Program, Track, AgeGroup, Licensed, Level,
        Delivery, Weekdays, TimesOfDay, VirtualStates,
    ];

    /// <summary>The columns that say what a program is, and mean nothing without one.</summary>
    public static readonly ImmutableArray<string> OfPrograms =
        [Track, AgeGroup, Licensed, Level, Delivery, Weekdays, TimesOfDay, VirtualStates];
}
