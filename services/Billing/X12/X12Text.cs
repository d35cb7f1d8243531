namespace Platform.Billing.X12;

/// <summary>The characters that X12 carries (X12.5, 3.3.1): capitals, digits and punctuation of ASCII.</summary>
internal static class X12Text
{
    private const string Accented = "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝ";
    private const string Plain = "AAAAAACEEEEIIIINOOOOOOUUUUY";

    /// <summary>
    /// The capital that stands for a character, without its accent, as payers match names that way; '\0' when X12 has none.
    /// </summary>
    public static char Capital(char character)
    {
        if (char.IsAscii(character))
            return char.IsControl(character) ? '\0' : char.ToUpperInvariant(character);
        var at = Accented.IndexOf(char.ToUpperInvariant(character), StringComparison.Ordinal);
        return at < 0 ? '\0' : Plain[at];
    }
}
