using System.Buffers;
using System.Globalization;

namespace Platform.Billing.X12;

/// <summary>The typed elements of the segment that an <see cref="X12Reader"/> stands on; each error names the element.</summary>
internal static class X12Elements
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.,+-eE");

    /// <summary>A value that must be there.</summary>
    public static string Text(this X12Reader reader, int element)
    {
        reader.Require(element);
        return reader.Whole(element).ToString();
    }

    /// <summary>A value that must be there and has at most so many characters, as X12 limits the element.</summary>
    public static string TextWithin(this X12Reader reader, int element, int most)
    {
        var text = reader.Text(element);
        return text.Length <= most ? text : throw reader.Error(element, $"has more than {most} characters");
    }

    /// <summary>A value that may be absent.</summary>
    public static string? OptionalText(this X12Reader reader, int element) =>
        reader[element].IsEmpty ? null : reader.Whole(element).ToString();

    /// <summary>A component that must be there.</summary>
    public static string Text(this X12Reader reader, int element, int component)
    {
        var value = reader.Component(element, component);
        return value.IsEmpty ? throw reader.Error(element, $"component {component} is missing") : value.ToString();
    }

    /// <summary>One of a guide's codes.</summary>
    public static string OneOf(this X12Reader reader, int element, params ReadOnlySpan<string> codes)
    {
        reader.Require(element);
        foreach (var code in codes)
        {
            if (reader[element].SequenceEqual(code))
                return code;
        }
        throw reader.Error(element, $"is not one of {string.Join(", ", codes!)}");
    }

    /// <summary>Digits only, so many at least and at most.</summary>
    public static string Digits(this X12Reader reader, int element, int least, int most)
    {
        reader.Require(element);
        var value = reader[element];
        if (value.Length < least || value.Length > most || value.ContainsAnyExceptInRange('0', '9'))
            throw reader.Error(element, least == most ? $"must be {least} digits" : $"must be {least} to {most} digits");
        return value.ToString();
    }

    /// <summary>An amount of money in cents that must be there.</summary>
    public static long Cents(this X12Reader reader, int element)
    {
        reader.Require(element);
        return X12Number.TryReadCents(reader[element], out var cents, out var problem)
            ? cents
            : throw reader.Error(element, $"{QuoteNumber(reader[element])} {problem}");
    }

    /// <summary>An amount of money in cents that may be absent.</summary>
    public static long? OptionalCents(this X12Reader reader, int element) =>
        reader[element].IsEmpty ? null : reader.Cents(element);

    /// <summary>A count that must be there.</summary>
    public static decimal Quantity(this X12Reader reader, int element)
    {
        reader.Require(element);
        return X12Number.TryReadQuantity(reader[element], out var quantity, out var problem)
            ? quantity
            : throw reader.Error(element, $"{QuoteNumber(reader[element])} {problem}");
    }

    /// <summary>A count that may be absent.</summary>
    public static decimal? OptionalQuantity(this X12Reader reader, int element) =>
        reader[element].IsEmpty ? null : reader.Quantity(element);

    /// <summary>A day.</summary>
    public static DateOnly Date(this X12Reader reader, int element, string format = "yyyyMMdd")
    {
        reader.Require(element);
        return DateOnly.TryParseExact(reader[element], format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : throw reader.Error(element, $"is not a day written as {(format.Length == 8 ? "CCYYMMDD" : "YYMMDD")}");
    }

    /// <summary>A time of day to the minute; seconds and fractions are let go.</summary>
    public static TimeOnly Time(this X12Reader reader, int element)
    {
        var value = reader[element];
        if (value.Length is not (4 or 6 or 7 or 8) || value.ContainsAnyExceptInRange('0', '9')
            || !TimeOnly.TryParseExact(value[..4], "HHmm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            throw reader.Error(element, "is not a time written as HHMM");
        }
        return time;
    }

    /// <summary>The first and last day of a DTP: qualifier in element 2 (D8 or RD8), value in element 3.</summary>
    public static (DateOnly From, DateOnly Through) Period(this X12Reader reader)
    {
        if (reader.OneOf(2, "D8", "RD8") == "D8")
        {
            var day = reader.Date(3);
            return (day, day);
        }
        var value = reader[3];
        if (value.Length != 17 || value[8] != '-' || !TryDay(value[..8], out var from) || !TryDay(value[9..], out var through))
            throw reader.Error(3, "is not a period written as CCYYMMDD-CCYYMMDD");
        return from <= through ? (from, through) : throw reader.Error(3, "ends before it begins");
    }

    /// <summary>A coded service (C003) that must be there.</summary>
    public static Procedure Procedure(this X12Reader reader, int element)
    {
        reader.Require(element);
        if (reader.ComponentCount(element) > 8)
            throw reader.Error(element, "a procedure has at most eight components");
        List<string>? modifiers = null;
        for (var i = 3; i <= 6; i++)
        {
            if (reader.Component(element, i) is { IsEmpty: false } modifier)
                (modifiers ??= []).Add(modifier.ToString());
        }
        return new() { Qualifier = reader.Text(element, 1), Code = reader.Text(element, 2), Modifiers = modifiers ?? (IReadOnlyList<string>)[] };
    }

    /// <summary>Refuses a segment that does not belong in the loop the reader is in.</summary>
    public static X12Exception Misplaced(this X12Reader reader) => reader.Error(null, "does not belong here");

    /// <summary>REF: a qualifier and a value.</summary>
    public static X12Reference Reference(this X12Reader reader) => new(reader.Text(1), reader.Text(2));

    /// <summary>Refuses an element that is absent.</summary>
    public static void Require(this X12Reader reader, int element)
    {
        if (reader[element].IsEmpty)
            throw reader.Error(element, "is missing");
    }

    /// <summary>
    /// What a number says, for an error's text: at most nine digits and signs; whatever else stands there could be part of a
    /// person's record and is left out.
    /// </summary>
    public static string Quote(ReadOnlySpan<char> value) =>
        value.Length <= 9 && !value.ContainsAnyExcept(NumberCharacters) ? $"\"{value}\"" : "the value";

    // Digits alone that are no amount could be somebody's number.
    private static string QuoteNumber(ReadOnlySpan<char> value) =>
        value.ContainsAnyExceptInRange('0', '9') ? Quote(value) : "the value";

    private static ReadOnlySpan<char> Whole(this X12Reader reader, int element) => reader.ComponentCount(element) > 1
        ? throw reader.Error(element, "is one value and contains the component separator")
        : reader[element];

    private static bool TryDay(ReadOnlySpan<char> value, out DateOnly day) =>
        DateOnly.TryParseExact(value, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
}
