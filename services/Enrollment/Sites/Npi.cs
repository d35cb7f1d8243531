namespace Platform.Enrollment.Sites;

/// <summary>National Provider Identifiers (45 CFR 162.406): ten digits, the last a check digit.</summary>
internal static class Npi
{
    /// <summary>
    /// Whether <paramref name="text"/> is ten digits, begins with 1 or 2, and its check digit is right: the Luhn sum over the
    /// digits prefixed with 80840, the card issuer's identifier for health care in the United States, is a multiple of ten.
    /// </summary>
    public static bool IsValid(string text)
    {
        if (text.Length != 10 || text[0] is not ('1' or '2') || !text.All(char.IsAsciiDigit))
        {
            return false;
        }

        // The prefix 80840 adds the constant 24.
        var sum = 24;
        for (var i = 0; i < 10; i++)
        {
            var digit = text[i] - '0';
            if (i % 2 == 0)
            {
                digit *= 2;
                sum += digit > 9 ? digit - 9 : digit;
            }
            else
            {
                sum += digit;
            }
        }

        return sum % 10 == 0;
    }
}
