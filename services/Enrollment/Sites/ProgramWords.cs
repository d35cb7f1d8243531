using System.Numerics;

namespace Platform.Enrollment.Sites;

/// <summary>How a program is given. Numbered as in the API.</summary>
internal enum Delivery
{
    /// <summary>At the site.</summary>
    OnSite = 1,

    /// <summary>From afar, in the states for which it is licensed.</summary>
    Virtual = 2,

    /// <summary>Both: at the site, or from afar in the states for which it is licensed.</summary>
    Hybrid = 3,
}

/// <summary>Days of the week. The bit of a day is its number in the API, less one.</summary>
[Flags]
internal enum Weekdays
{
    /// <summary>Not said.</summary>
    None = 0,

    /// <summary>1 in the API.</summary>
    Monday = 1,

    /// <summary>2 in the API.</summary>
    Tuesday = 2,

    /// <summary>3 in the API.</summary>
    Wednesday = 4,

    /// <summary>4 in the API.</summary>
    Thursday = 8,

    /// <summary>5 in the API.</summary>
    Friday = 16,

    /// <summary>6 in the API.</summary>
    Saturday = 32,

    /// <summary>7 in the API.</summary>
    Sunday = 64,
}

/// <summary>Parts of the day. The bit of a part is its number in the API, less one.</summary>
[Flags]
internal enum TimesOfDay
{
    /// <summary>Not said.</summary>
    None = 0,

    /// <summary>Begins before noon. 1 in the API.</summary>
    Morning = 1,

    /// <summary>Begins from noon until 17:00. 2 in the API.</summary>
    Afternoon = 2,

    /// <summary>Begins at 17:00 or later. 3 in the API.</summary>
    Evening = 4,
}

/// <summary>Sets of days and of parts of the day as the numbers of the API.</summary>
internal static class ProgramWords
{
    /// <summary>The days with these numbers of the API.</summary>
    public static Weekdays DaysOf(IEnumerable<int> numbers) => (Weekdays)Bits(numbers);

    /// <summary>The parts of the day with these numbers of the API.</summary>
    public static TimesOfDay TimesOf(IEnumerable<int> numbers) => (TimesOfDay)Bits(numbers);

    /// <summary>The numbers of the API, in order.</summary>
    public static IEnumerable<int> Numbers(this Weekdays days) => Numbers((uint)days);

    /// <summary>The numbers of the API, in order.</summary>
    public static IEnumerable<int> Numbers(this TimesOfDay times) => Numbers((uint)times);

    private static int Bits(IEnumerable<int> numbers) =>
        numbers.Aggregate(0, (bits, number) => number is > 0 and < 8 ? bits | (1 << (number - 1)) : bits);

    private static IEnumerable<int> Numbers(uint bits)
    {
        for (; bits != 0; bits &= bits - 1)
        {
            yield return BitOperations.TrailingZeroCount(bits) + 1;
        }
    }
}
