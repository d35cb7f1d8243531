using Google.Protobuf.WellKnownTypes;
using Platform.Shared.Paging;
using Platform.Shared.Time;

namespace Platform.Attendance.Rolls;

/// <summary>Rolls as callers see them.</summary>
internal static class RollMessages
{
    public static V1.Roll ToMessage(this Roll roll)
    {
        var message = new V1.Roll
        {
            SessionId = roll.SessionId.ToString(),
            SiteId = roll.SiteId.ToString(),
            On = roll.On.ToIso(),
            StartsAt = Timestamp.FromDateTimeOffset(roll.StartsAt),
            EndsAt = Timestamp.FromDateTimeOffset(roll.EndsAt),
            FacilitatorId = roll.FacilitatorId.ToString(),
            SignedAt = ToTimestamp(roll.SignedAt),
            Etag = Etag.Of(roll.Version),
        };
        message.Attendances.AddRange(roll.Expected.OrderBy(l => l.EpisodeId).Select(ToMessage));
        return message;
    }

    public static V1.Attendance ToMessage(this RollLine line) => new()
    {
        EpisodeId = line.EpisodeId.ToString(),
        Status = line.Status switch
        {
            AttendanceStatus.Expected => V1.AttendanceStatus.Expected,
            AttendanceStatus.CheckedIn => V1.AttendanceStatus.CheckedIn,
            AttendanceStatus.Present => V1.AttendanceStatus.Present,
            AttendanceStatus.Late => V1.AttendanceStatus.Late,
            AttendanceStatus.LeftEarly => V1.AttendanceStatus.LeftEarly,
            AttendanceStatus.NoShow => V1.AttendanceStatus.NoShow,
            AttendanceStatus.Excused => V1.AttendanceStatus.Excused,
            _ => throw new InvalidOperationException($"Unknown status {line.Status}."),
        },
        CheckedInAt = ToTimestamp(line.CheckedInAt),
        CheckedOutAt = ToTimestamp(line.CheckedOutAt),
        Minutes = line.Minutes,
    };

    private static Timestamp? ToTimestamp(DateTimeOffset? instant) =>
        instant is null ? null : Timestamp.FromDateTimeOffset(instant.Value);
}
