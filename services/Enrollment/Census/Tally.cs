using System.Runtime.InteropServices;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Census;

/// <summary>
/// How often something happened in a span of days, by place and kind: what every report is made of, so that none reads episodes
/// or referrals. A movement of a day is added to the tally of the day, of its month and of its year, so a sum up to any day takes
/// a few years, at most eleven months and at most 31 days of each program, and a movement that is dated back corrects all that
/// follows by itself. A count may fall below nothing: it is of what changed in the span.
/// </summary>
internal sealed class Tally : ITenantOwned
{
    public Guid NetworkId { get; init; }

    public Measure Measure { get; init; }

    public Span Span { get; init; }

    /// <summary>First day of the span.</summary>
    public DateOnly StartsOn { get; init; }

    /// <summary>The program; empty for what is of the whole network.</summary>
    public Guid ProgramId { get; init; }

    /// <summary>Number of the level, disposition or source, as the measure says; 0 when it has none.</summary>
    public int Kind { get; init; }

    /// <summary>For lengths in days: their <see cref="DayRange"/>. For what is of the whole network: a lane, so that those who write it do not wait for each other.</summary>
    public int Bucket { get; init; }

    public long Count { get; init; }

    /// <summary>Sum of the lengths in days; 0 for measures without a length.</summary>
    public long Days { get; init; }
}

/// <summary>What is tallied. Kept by number.</summary>
internal enum Measure
{
    /// <summary>Persons in care, by level: those who came less those who went.</summary>
    Persons = 1,

    /// <summary>Persons on leave, by level.</summary>
    OnLeave = 2,

    /// <summary>Places taken, by level.</summary>
    Places = 3,

    /// <summary>Episodes that ended, by disposition and length, at the program where they ended.</summary>
    Discharged = 4,

    /// <summary>Referrals, by source, on the day of the first contact.</summary>
    Referred = 5,

    /// <summary>Referrals found eligible and not closed since, by source, on the day of the first contact.</summary>
    Eligible = 6,

    /// <summary>Referrals admitted, by program that admitted, source and wait, on the day of the first contact.</summary>
    Admitted = 7,
}

/// <summary>How many days a tally is of. Kept by number.</summary>
internal enum Span
{
    /// <summary>One day.</summary>
    Day = 1,

    /// <summary>A month.</summary>
    Month = 2,

    /// <summary>A year.</summary>
    Year = 3,
}

/// <summary>Which tally of a day; with its month's and its year's it is three rows.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TallyKey(Measure Measure, DateOnly On, Guid ProgramId, int Kind, int Bucket);

/// <summary>A part of a tally: so many, of so many days together.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TallyPart(TallyKey Key, int Count, int Days);

/// <summary>Ranges of lengths in days: to the day up to 31, to the week beyond, the last one open.</summary>
internal static class DayRange
{
    private const int ExactDays = 31;
    private const int MostWeeks = 150;

    /// <summary>The range that a length lies in.</summary>
    public static int Of(int days) => days switch
    {
        < 0 => 0,
        <= ExactDays => days,
        _ => ExactDays + Math.Min(((days - ExactDays - 1) / 7) + 1, MostWeeks),
    };

    /// <summary>The greatest length of a range.</summary>
    public static int UpTo(int range) => range <= ExactDays ? range : ExactDays + ((range - ExactDays) * 7);
}
