namespace Platform.Attendance.Rolls;

/// <summary>How long a person was there, and what that is called.</summary>
internal static class AttendedMinutes
{
    /// <summary>Whole minutes of presence that lie within the session; time before it begins and after it ends does not count.</summary>
    public static int Between(DateTimeOffset from, DateTimeOffset to, DateTimeOffset startsAt, DateTimeOffset endsAt)
    {
        var begin = from > startsAt ? from : startsAt;
        var end = to < endsAt ? to : endsAt;
        return end > begin ? (int)(end - begin).TotalMinutes : 0;
    }

    /// <summary>Late or early by a whole minute counts; leaving early says more than coming late.</summary>
    public static AttendanceStatus Status(DateTimeOffset from, DateTimeOffset to, DateTimeOffset startsAt, DateTimeOffset endsAt)
    {
        if (endsAt - to >= TimeSpan.FromMinutes(1))
        {
            return AttendanceStatus.LeftEarly;
        }

        return from - startsAt >= TimeSpan.FromMinutes(1) ? AttendanceStatus.Late : AttendanceStatus.Present;
    }
}
