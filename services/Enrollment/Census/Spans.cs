using System.Runtime.InteropServices;

namespace Platform.Enrollment.Census;

/// <summary>Cuts stretches of days into whole years, whole months and single days.</summary>
internal static class Spans
{
    /// <summary>The day before every movement.</summary>
    public static readonly DateOnly Beginning = new(1900, 1, 1);

    /// <summary>First day of the span that a day lies in.</summary>
    public static DateOnly StartOf(this Span span, DateOnly day) => span switch
    {
        Span.Day => day,
        Span.Month => new DateOnly(day.Year, day.Month, 1),
        _ => new DateOnly(day.Year, 1, 1),
    };

    /// <summary>The spans, none longer than said, that make up the days from one to another: every day lies in exactly one.</summary>
    /// <param name="from">First day.</param>
    /// <param name="to">Last day.</param>
    /// <param name="longest">The longest span to use.</param>
    /// <returns>At most five stretches of spans that follow each other.</returns>
    public static IReadOnlyList<Stretch> Cut(DateOnly from, DateOnly to, Span longest)
    {
        if (to < from)
        {
            return [];
        }

        if (longest == Span.Day)
        {
            return [new Stretch(Span.Day, from, to)];
        }

        // What is not whole at either end is cut finer.
        var first = longest.StartOf(from) == from ? from : Next(longest, from);
        var end = longest.StartOf(to.AddDays(1));
        return first >= end
            ? Cut(from, to, longest - 1)
            :
            [
                .. Cut(from, first.AddDays(-1), longest - 1),
                new Stretch(longest, first, end.AddDays(-1)),
                .. Cut(end, to, longest - 1),
            ];
    }

    private static DateOnly Next(Span span, DateOnly day) =>
        span == Span.Month ? Span.Month.StartOf(day).AddMonths(1) : Span.Year.StartOf(day).AddYears(1);
}

/// <summary>Spans of one kind that follow each other.</summary>
/// <param name="Span">How long each is.</param>
/// <param name="From">First day of the first.</param>
/// <param name="To">Last day of the last.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Stretch(Span Span, DateOnly From, DateOnly To);
