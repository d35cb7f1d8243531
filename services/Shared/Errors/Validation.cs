using System.Globalization;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace Platform.Shared.Errors;

/// <summary>
/// Parses a request at the edge and collects everything that is wrong with it, so that a caller sees all of it at once.
/// Methods that parse return a default when the field is wrong; nothing may use it before <see cref="ThrowIfInvalid"/>.
/// </summary>
public sealed class Validation
{
    /// <summary>
    /// Days that anything here may name. Beyond them lies a slip of the keyboard; and at the ends of the calendar there is no next
    /// day, no other time zone, and PostgreSQL reads infinity.
    /// </summary>
    private static readonly (DateOnly First, DateOnly Last) Days = (new DateOnly(1900, 1, 1), new DateOnly(2199, 12, 31));

    private readonly List<FieldViolation> _violations = [];

    /// <summary>What a day must be that is not possible, in words.</summary>
    public const string PossibleDays = "must be from 1900-01-01 to 2199-12-31";

    /// <summary>What is wrong so far.</summary>
    public IReadOnlyList<FieldViolation> Violations => _violations;

    /// <summary>Notes that <paramref name="field"/> is wrong.</summary>
    public void Fail(string field, string description) => _violations.Add(new FieldViolation(field, description));

    /// <summary>Notes that <paramref name="field"/> is wrong unless <paramref name="holds"/>.</summary>
    public void Require(bool holds, string field, string description)
    {
        if (!holds)
        {
            Fail(field, description);
        }
    }

    /// <summary>Throws one error with everything that is wrong, if anything is.</summary>
    /// <exception cref="DomainException">Something is wrong.</exception>
    public void ThrowIfInvalid()
    {
        if (_violations.Count > 0)
        {
            throw DomainError.Invalid(_violations).ToException();
        }
    }

    /// <summary>An id: a UUID that is not empty.</summary>
    public Guid Id(string value, string field)
    {
        if (Guid.TryParseExact(value, "D", out var id) && id != Guid.Empty)
        {
            return id;
        }

        Fail(field, value.Length == 0 ? "is required" : "is not a UUID");
        return default;
    }

    /// <summary>An id that may be absent.</summary>
    public Guid? OptionalId(string value, string field) => value.Length == 0 ? null : Id(value, field);

    /// <summary>Whether a day is one that anything here may name.</summary>
    public static bool IsPossible(DateOnly day) => day >= Days.First && day <= Days.Last;

    /// <summary>A day in ISO 8601 form, <c>2026-03-09</c>, from the year 1900 to 2199.</summary>
    public DateOnly Day(string value, string field)
    {
        if (DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            Require(IsPossible(day), field, PossibleDays);
            return day;
        }

        Fail(field, value.Length == 0 ? "is required" : "is not a day such as 2026-03-09");
        return default;
    }

    /// <summary>A day that may be absent.</summary>
    public DateOnly? OptionalDay(string value, string field) => value.Length == 0 ? null : Day(value, field);

    /// <summary>An instant that may be absent, from the year 1900 to 2199. Protobuf carries numbers that are none as well.</summary>
    public DateTimeOffset? OptionalInstant(Timestamp? value, string field)
    {
        if (value is null)
        {
            return null;
        }

        try
        {
            var instant = value.ToDateTimeOffset();
            var day = DateOnly.FromDateTime(instant.UtcDateTime);
            Require(IsPossible(day), field, PossibleDays);
            return instant;
        }
        catch (InvalidOperationException)
        {
            Fail(field, "is not an instant");
            return null;
        }
    }

    /// <summary>Text of 1 to <paramref name="maximum"/> characters, without white space around it or control characters.</summary>
    public string Text(string value, string field, int maximum = 200)
    {
        var text = value.Trim();
        if (text.Length == 0)
        {
            Fail(field, "is required");
        }
        else
        {
            Limit(text, field, maximum);
        }

        return text;
    }

    /// <summary>Text of at most <paramref name="maximum"/> characters that may be empty.</summary>
    public string OptionalText(string value, string field, int maximum = 200)
    {
        var text = value.Trim();
        Limit(text, field, maximum);
        return text;
    }

    /// <summary>What somebody tells in 1 to <paramref name="maximum"/> characters, in as many lines as it takes.</summary>
    /// <returns>The text without white space around it, its lines parted by LF; it may have tabs.</returns>
    public string Narrative(string value, string field, int maximum)
    {
        var text = OptionalNarrative(value, field, maximum);
        Require(text.Length > 0, field, "is required");
        return text;
    }

    /// <summary>What somebody tells in at most <paramref name="maximum"/> characters, or nothing.</summary>
    /// <returns>As <see cref="Narrative"/>.</returns>
    public string OptionalNarrative(string value, string field, int maximum)
    {
        var text = value.Trim().Replace("\r\n", "\n", StringComparison.Ordinal);
        RequireLength(text, field, maximum);
        Require(
            !text.Any(c => char.IsControl(c) && c is not '\n' and not '\t'),
            field,
            "must not contain control characters other than line breaks and tabs");
        return text;
    }

    /// <summary>A number from <paramref name="minimum"/> to <paramref name="maximum"/>.</summary>
    public int Number(int value, string field, int minimum, int maximum)
    {
        Require(value >= minimum && value <= maximum, field, $"must be from {minimum} to {maximum}");
        return value;
    }

    /// <summary>An enumeration value that is known and not the unspecified zero.</summary>
    public T Choice<T>(T value, string field)
        where T : struct, Enum
    {
        Require(
            Enum.IsDefined(value) && Convert.ToInt32(value, CultureInfo.InvariantCulture) != 0,
            field,
            "is required and must be a known value");
        return value;
    }

    private void Limit(string text, string field, int maximum)
    {
        RequireLength(text, field, maximum);
        Require(!text.Any(char.IsControl), field, "must not contain control characters");
    }

    private void RequireLength(string text, string field, int maximum) =>
        Require(text.Length <= maximum, field, $"must have at most {maximum} characters");
}
