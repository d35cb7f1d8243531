using System.Globalization;

namespace Platform.Enrollment.Referrals.Duplicates;

/// <summary>The slips with which a birth date is written down: day and month swapped, or one digit wrong.</summary>
internal static class BirthDates
{
    private const string Digits = "yyyyMMdd";

    /// <summary>How two birth dates may be of one person; null when they may not.</summary>
    public static MatchReason? Compare(DateOnly a, DateOnly b)
    {
        if (a == b)
        {
            return MatchReason.NameAndBirthDate;
        }

        if (a.Year == b.Year && a.Month == b.Day && a.Day == b.Month)
        {
            return MatchReason.NameAndSwappedBirthDate;
        }

        return Write(a).Zip(Write(b)).Count(pair => pair.First != pair.Second) == 1 ? MatchReason.NameAndOneDigitOff : null;
    }

    /// <summary>All other days that may be of the same person: some forty, which an index looks up.</summary>
    public static IReadOnlyList<DateOnly> Near(DateOnly day)
    {
        var near = new HashSet<DateOnly>();
        if (day.Day <= 12)
        {
            near.Add(new DateOnly(day.Year, day.Day, day.Month));
        }

        var written = Write(day);
        for (var i = 0; i < written.Length; i++)
        {
            for (var digit = '0'; digit <= '9'; digit++)
            {
                var other = written.Remove(i, 1).Insert(i, digit.ToString());
                if (DateOnly.TryParseExact(other, Digits, CultureInfo.InvariantCulture, DateTimeStyles.None, out var slip))
                {
                    near.Add(slip);
                }
            }
        }

        near.Remove(day);
        return [.. near];
    }

    private static string Write(DateOnly day) => day.ToString(Digits, CultureInfo.InvariantCulture);
}
