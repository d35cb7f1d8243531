using Platform.Shared.Time;

namespace Platform.Enrollment;

/// <summary>Days that are not tied to a site.</summary>
internal static class UsDays
{
    /// <summary>The day it still is somewhere in the United States: what is dated earlier is past everywhere.</summary>
    public static DateOnly Earliest(DateTimeOffset now) => LocalDays.DayAt(now, "Pacific/Pago_Pago");

    /// <summary>The day it is already somewhere in the United States: what is dated later lies in the future everywhere.</summary>
    public static DateOnly Latest(DateTimeOffset now) => LocalDays.DayAt(now, "Pacific/Guam");
}
