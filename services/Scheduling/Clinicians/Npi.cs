namespace Platform.Scheduling.Clinicians;

/// <summary>
/// National Provider Identifiers: ten digits, the last of which is the Luhn check digit of the others after the prefix 80840
/// (45 CFR 162.406).
/// </summary>
internal static class Npi
{
    /// <summary>What the constant prefix 80840 adds to the Luhn sum.</summary>
    private const int PrefixSum = 24;

    public static bool IsValid(string value)
    {
        if (value.Length != 10 || !value.All(char.IsAsciiDigit))
        {
            return false;
        }

        var sum = PrefixSum;
        for (var i = 0; i < 10; i++)
        {
            var digit = value[i] - '0';
            sum += i % 2 == 1 ? digit : digit < 5 ? digit * 2 : (digit * 2) - 9;
        }

        return sum % 10 == 0;
    }
}
