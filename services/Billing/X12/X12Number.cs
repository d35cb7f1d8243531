using System.Buffers;
using System.Globalization;

namespace Platform.Billing.X12;

/// <summary>
/// Decimal data elements (type R of X12.6): an optional minus, digits, and at most one point. No exponent, plus sign,
/// space or thousands separator. Money is kept in whole cents and is exact in both directions.
/// </summary>
public static class X12Number
{
    /// <summary>
    /// The largest amount either way: ten digits with the cents, the limit that the HIPAA guides put on element 782.
    /// </summary>
    public const long MaxCents = 99_999_999_99;

    private const int MaxQuantityDigits = 15;
    private static readonly SearchValues<char> Scientific = SearchValues.Create("0123456789.+-Ee");

    /// <summary>Reads an amount of dollars with at most two decimals as cents.</summary>
    /// <param name="text">The element, such as <c>-12.5</c>.</param>
    /// <param name="cents">The amount in cents; 0 when the result is false.</param>
    /// <param name="problem">What is wrong, when the result is false.</param>
    public static bool TryReadCents(ReadOnlySpan<char> text, out long cents, out string? problem)
    {
        cents = 0;
        if (!TrySplit(text, out var negative, out var whole, out var fraction, out problem))
            return false;
        if (fraction.Length > 2)
        {
            problem = "an amount of money has at most two decimals";
            return false;
        }
        if (whole.Length > 8)
        {
            problem = "an amount of money has at most ten digits with its cents";
            return false;
        }
        foreach (var digit in whole)
            cents = cents * 10 + (digit - '0');
        cents *= 100;
        if (fraction.Length > 0)
            cents += (fraction[0] - '0') * 10;
        if (fraction.Length > 1)
            cents += fraction[1] - '0';
        if (negative)
            cents = -cents;
        return true;
    }

    /// <summary>Writes cents as dollars in the shortest form that X12 asks for: <c>12.5</c>, <c>.05</c> becomes <c>0.05</c>.</summary>
    /// <exception cref="X12Exception">The amount is beyond <see cref="MaxCents"/>.</exception>
    public static string WriteCents(long cents)
    {
        if (cents is > MaxCents or < -MaxCents)
            throw X12Exception.Of("An amount of money has at most ten digits with its cents.");
        var sign = cents < 0 ? "-" : "";
        var (whole, fraction) = Math.DivRem(Math.Abs(cents), 100);
        return (fraction, fraction % 10) switch
        {
            (0, _) => string.Create(CultureInfo.InvariantCulture, $"{sign}{whole}"),
            (_, 0) => string.Create(CultureInfo.InvariantCulture, $"{sign}{whole}.{fraction / 10}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{sign}{whole}.{fraction:00}"),
        };
    }

    /// <summary>Reads a count, such as units of service, with any decimals.</summary>
    /// <param name="text">The element, such as <c>1.5</c>.</param>
    /// <param name="quantity">The count without trailing zeros; 0 when the result is false.</param>
    /// <param name="problem">What is wrong, when the result is false.</param>
    public static bool TryReadQuantity(ReadOnlySpan<char> text, out decimal quantity, out string? problem)
    {
        quantity = 0;
        if (!TrySplit(text, out var negative, out var whole, out var fraction, out problem))
            return false;
        fraction = fraction.TrimEnd('0');
        if (whole.Length + fraction.Length > MaxQuantityDigits)
        {
            problem = "a quantity has at most fifteen digits";
            return false;
        }
        var digits = 0L;
        foreach (var digit in whole)
            digits = digits * 10 + (digit - '0');
        foreach (var digit in fraction)
            digits = digits * 10 + (digit - '0');
        quantity = new decimal((int)digits, (int)(digits >> 32), 0, negative, (byte)fraction.Length);
        return true;
    }

    /// <summary>Writes a count without exponent and without trailing zeros.</summary>
    public static string WriteQuantity(decimal quantity) =>
        quantity.ToString("0.############", CultureInfo.InvariantCulture);

    private static bool TrySplit(
        ReadOnlySpan<char> text, out bool negative, out ReadOnlySpan<char> whole, out ReadOnlySpan<char> fraction, out string? problem)
    {
        negative = text is ['-', ..];
        whole = negative ? text[1..] : text;
        fraction = default;
        var point = whole.IndexOf('.');
        if (point >= 0)
        {
            fraction = whole[(point + 1)..];
            whole = whole[..point];
        }
        problem = null;
        if (whole.IsEmpty && fraction.IsEmpty)
            problem = "is not a number";
        else if (HasOtherThanDigits(whole) || HasOtherThanDigits(fraction))
            problem = Diagnose(text);
        whole = whole.TrimStart('0');
        return problem is null;
    }

    private static bool HasOtherThanDigits(ReadOnlySpan<char> text) => text.ContainsAnyExceptInRange('0', '9');

    private static string Diagnose(ReadOnlySpan<char> text)
    {
        if (text.Contains(','))
            return "is not a number: thousands separators are not allowed";
        if (text.ContainsAny('E', 'e') && !text.ContainsAnyExcept(Scientific))
            return "is not a number: scientific notation is not allowed";
        if (text.Contains('+'))
            return "is not a number: a plus sign is not allowed";
        if (text.Count('.') > 1)
            return "is not a number: it has two decimal points";
        return "is not a number";
    }
}
