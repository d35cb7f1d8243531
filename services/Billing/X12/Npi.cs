namespace Platform.Billing.X12;

/// <summary>The national provider identifier: ten digits whose last is a check digit (45 CFR 162.406, ISO/IEC 7812 Luhn).</summary>
public static class Npi
{
    /// <summary>Whether the text is ten digits with a right check digit, computed with the prefix 80840.</summary>
    public static bool IsValid(string? text)
    {
        if (text is not { Length: 10 } || !text.All(char.IsAsciiDigit))
            return false;
        // 24 is what the prefix 80840 adds to the sum.
        var sum = 24;
        for (var i = 0; i < 10; i++)
        {
            var digit = text[i] - '0';
            sum += i % 2 == 0 ? (digit * 2 / 10) + (digit * 2 % 10) : digit;
        }
        return sum % 10 == 0;
    }
}
