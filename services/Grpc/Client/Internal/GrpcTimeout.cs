using System.Globalization;

namespace Grpc.Net.Client.Internal;

/// <summary>The value of <c>grpc-timeout</c>: at most eight digits and a unit.</summary>
internal static class GrpcTimeout
{
    private const long MaxDigits = 99_999_999;

    private static readonly (long Ticks, char Unit)[] Units =
    [
        (TimeSpan.TicksPerMicrosecond, 'u'),
        (TimeSpan.TicksPerMillisecond, 'm'),
        (TimeSpan.TicksPerSecond, 'S'),
        (TimeSpan.TicksPerMinute, 'M'),
        (TimeSpan.TicksPerHour, 'H'),
    ];

    /// <summary>The timeout in the finest unit that holds it, rounded up so that a server never gives up before its client.</summary>
    public static string Format(TimeSpan timeout)
    {
        foreach (var (ticks, unit) in Units)
        {
            var value = (timeout.Ticks + ticks - 1) / ticks;
            if (value <= MaxDigits)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{Math.Max(value, 1)}{unit}");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{MaxDigits}H");
    }
}
