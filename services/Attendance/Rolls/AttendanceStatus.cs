namespace Platform.Attendance.Rolls;

/// <summary>Whether a person attended a session.</summary>
internal enum AttendanceStatus
{
    /// <summary>Booked, not yet marked.</summary>
    Expected,

    /// <summary>Checked in, not yet out.</summary>
    CheckedIn,

    /// <summary>There for the whole session.</summary>
    Present,

    /// <summary>Came late.</summary>
    Late,

    /// <summary>Left early, and may have come late.</summary>
    LeftEarly,

    /// <summary>Did not come.</summary>
    NoShow,

    /// <summary>Did not come, and was excused.</summary>
    Excused,
}
