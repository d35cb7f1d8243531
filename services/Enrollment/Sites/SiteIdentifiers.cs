using System.Text.RegularExpressions;

namespace Platform.Enrollment.Sites;

/// <summary>Forms of the identifiers under which a site bills, other than its <see cref="Npi"/>.</summary>
internal static partial class SiteIdentifiers
{
    /// <summary>What a taxonomy code must be, in words.</summary>
    public const string TaxonomyExpected = "must be a taxonomy code: 9 letters or digits and an X";

    /// <summary>What an NPI must be, in words.</summary>
    public const string NpiExpected = "must be 10 digits with a valid check digit";

    /// <summary>What a tax id must be, in words.</summary>
    public const string TaxIdExpected = "must be 9 digits";

    /// <summary>What a publisher's id must be, in words.</summary>
    public const string ExternalIdExpected = "must have at most 100 characters, without white space around them and control characters";

    /// <summary>Whether <paramref name="text"/> may be a publisher's id: as a facility file would have it.</summary>
    public static bool IsExternalId(string text) => text.Length is > 0 and <= 100 && text.Trim() == text && !text.Any(char.IsControl);

    /// <summary>Whether <paramref name="text"/> has the form of a health care provider taxonomy code (NUCC).</summary>
    public static bool IsTaxonomy(string text) => TaxonomyCode().IsMatch(text);

    /// <summary>Whether <paramref name="text"/> has the form of a federal tax id (IRS EIN), without a hyphen.</summary>
    public static bool IsTaxId(string text) => text.Length == 9 && text.All(char.IsAsciiDigit);

    /// <summary>Whether <paramref name="text"/> is a ZIP code of five or nine digits, without a hyphen.</summary>
    public static bool IsZip(string text) => text.Length is 5 or 9 && text.All(char.IsAsciiDigit);

    [GeneratedRegex(@"^[0-9A-Z]{9}X\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TaxonomyCode();
}
