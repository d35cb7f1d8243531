using NodaTime;
using NodaTime.TimeZones;

namespace Platform.Shared.Time;

/// <summary>
/// Site-local days and times. Local times are kept through daylight saving: a session at 9:00 is at 9:00 all year. A local time
/// that a clock skips moves forward by the length of the gap; one that occurs twice means the first.
/// </summary>
public static class LocalDays
{
    private static readonly ZoneLocalMappingResolver Resolver =
        Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnForwardShifted);

    /// <summary>Whether <paramref name="timeZone"/> is an IANA time zone that is known here; an offset such as <c>UTC-05</c> is none.</summary>
    public static bool IsKnown(string timeZone) => DateTimeZoneProviders.Tzdb.Ids.Contains(timeZone);

    /// <summary>The local day at <paramref name="instant"/>.</summary>
    /// <param name="instant">A moment.</param>
    /// <param name="timeZone">IANA time zone; must be known.</param>
    public static DateOnly DayAt(DateTimeOffset instant, string timeZone) =>
        Instant.FromDateTimeOffset(instant).InZone(DateTimeZoneProviders.Tzdb[timeZone]).Date.ToDateOnly();

    /// <summary>The moment of a local time on a local day.</summary>
    /// <param name="day">Local day.</param>
    /// <param name="time">Local time of day.</param>
    /// <param name="timeZone">IANA time zone; must be known.</param>
    public static DateTimeOffset InstantAt(DateOnly day, TimeOnly time, string timeZone) =>
        LocalDate.FromDateOnly(day).At(LocalTime.FromTimeOnly(time))
            .InZone(DateTimeZoneProviders.Tzdb[timeZone], Resolver)
            .ToInstant()
            .ToDateTimeOffset();

    /// <summary>The form in which days are exchanged: ISO 8601, <c>2026-03-09</c>.</summary>
    public static string ToIso(this DateOnly day) => day.ToString("O", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The form in which optional days are exchanged: ISO 8601, empty when absent.</summary>
    public static string ToIso(this DateOnly? day) => day?.ToIso() ?? string.Empty;
}
