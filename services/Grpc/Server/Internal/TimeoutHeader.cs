using System.Globalization;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Reads <c>grpc-timeout</c>: one to eight digits and a unit.</summary>
internal static class TimeoutHeader
{
    private const int MaxDigits = 8;
    private const long NanosecondsPerTick = 100;

    /// <summary>The time that the client gives the call; false when the text is no positive timeout. What ends beyond the
    /// calendar is <see cref="TimeSpan.MaxValue" />.</summary>
    public static bool TryParse(string? text, out TimeSpan timeout)
    {
        timeout = default;
        if (text is null || text.Length < 2 || text.Length > MaxDigits + 1 ||
            !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ||
            value == 0)
        {
            return false;
        }

        var ticksPerUnit = text[^1] switch
        {
            'n' => 0,
            'u' => TimeSpan.TicksPerMicrosecond,
            'm' => TimeSpan.TicksPerMillisecond,
            'S' => TimeSpan.TicksPerSecond,
            'M' => TimeSpan.TicksPerMinute,
            'H' => TimeSpan.TicksPerHour,
            _ => -1L,
        };
        if (ticksPerUnit < 0)
        {
            return false;
        }

        // Eight digits of hours are 11,000 years and stay below the largest number of ticks.
        timeout = new TimeSpan(ticksPerUnit == 0 ? Math.Max(value / NanosecondsPerTick, 1) : value * ticksPerUnit);
        return true;
    }
}
