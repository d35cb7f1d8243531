using Platform.Shared.Errors;

namespace Platform.Billing;

/// <summary>Parses what claims carry as codes and identifiers, at the edge.</summary>
internal static class Codes
{
    /// <summary>Capital letters and digits, from <paramref name="least"/> to <paramref name="most"/> of them.</summary>
    public static string Code(this Validation validation, string value, string field, int least, int most)
    {
        validation.Require(
            value.Length >= least && value.Length <= most && value.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c)),
            field,
            least == most ? $"must be {most} capital letters or digits" : $"must be {least} to {most} capital letters or digits");
        return value;
    }

    /// <summary>
    /// An identifier that a payer repeats as it was sent: capital letters, digits, and dashes, dots or spaces between them, so that
    /// no separator of X12 is in it.
    /// </summary>
    public static string Identifier(this Validation validation, string value, string field, int most)
    {
        var text = validation.Text(value, field, most);
        validation.Require(
            text.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c is '-' or '.' or ' '),
            field,
            "must be capital letters, digits, dashes, dots or spaces");
        return text;
    }
}
