using System.Collections.Frozen;
using System.Text;

namespace Platform.Enrollment.Referrals.Duplicates;

/// <summary>
/// American Soundex as the U.S. National Archives publish it ("The Soundex Indexing System"): the first letter and three digits.
/// Letters of one code next to each other count once, also with an H or W between them; with a vowel between them they count twice.
/// </summary>
internal static class Soundex
{
    private const int Length = 4;

    // Of the letters from A to Z; 0 is not coded.
    private const string Codes = "01230120022455012623010202";

    /// <summary>Letters with marks of the Latin alphabets of Europe, each after the letter that it is without them.</summary>
    private static readonly FrozenDictionary<char, char> Marked = new[]
    {
        "AÀÁÂÃÄÅĀĂĄ", "CÇĆĈĊČ", "DÐĎĐ", "EÈÉÊËĒĔĖĘĚ", "GĜĞĠĢ", "HĤĦ", "IÌÍÎÏĨĪĬĮİ", "JĴ", "KĶ", "LĹĻĽŁ", "NÑŃŅŇ",
        "OÒÓÔÕÖØŌŎŐ", "RŔŖŘ", "SŚŜŞŠ", "TŢŤŦ", "UÙÚÛÜŨŪŬŮŰŲ", "WŴ", "YÝŶŸ", "ZŹŻŽ",
    }.SelectMany(row => row.Skip(1).Select(marked => (marked, row[0]))).ToFrozenDictionary(pair => pair.marked, pair => pair.Item2);

    /// <summary>The code of a name; empty when it has no Latin letter.</summary>
    public static string Of(string name)
    {
        var letters = Letters(name);
        if (letters.Length == 0)
        {
            return string.Empty;
        }

        var code = new StringBuilder(Length).Append(letters[0]);
        var before = CodeOf(letters[0]);
        foreach (var letter in letters.AsSpan(1))
        {
            if (letter is 'H' or 'W')
            {
                continue;
            }

            var digit = CodeOf(letter);
            if (digit != '0' && digit != before && code.Length < Length)
            {
                code.Append(digit);
            }

            before = digit;
        }

        return code.Append('0', Length - code.Length).ToString();
    }

    /// <summary>
    /// The letters of a name from A to Z: upper case, without accents, spaces and marks. By a table: where the runtime has no
    /// culture data it does not take letters apart.
    /// </summary>
    public static string Letters(string name)
    {
        var letters = new StringBuilder(name.Length);
        foreach (var c in name.ToUpperInvariant())
        {
            if (char.IsAsciiLetterUpper(c) || Marked.ContainsKey(c))
            {
                letters.Append(Marked.GetValueOrDefault(c, c));
            }
        }

        return letters.ToString();
    }

    private static char CodeOf(char letter) => Codes[letter - 'A'];
}
