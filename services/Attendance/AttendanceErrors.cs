using Platform.Shared.Errors;

namespace Platform.Attendance;

/// <summary>The errors that this service names.</summary>
internal static class AttendanceErrors
{
    public static DomainError RollSigned { get; } = DomainError.Precondition(
        "ROLL_SIGNED", "The roll is signed and locked.");

    public static DomainError NotExpected { get; } = DomainError.NotFound("person in this roll");

    public static DomainError AlreadyCheckedIn { get; } = DomainError.Precondition(
        "ALREADY_CHECKED_IN", "The person is checked in already.");

    public static DomainError NotCheckedIn { get; } = DomainError.Precondition(
        "NOT_CHECKED_IN", "The person has not been checked in, so cannot be checked out.");

    public static DomainError AlreadyMarked { get; } = DomainError.Precondition(
        "ALREADY_MARKED", "The person's attendance is marked already.");

    public static DomainError StillCheckedIn { get; } = DomainError.Precondition(
        "STILL_CHECKED_IN", "Someone is checked in and not yet out. Check everyone out before signing.");

    public static DomainError SessionNotEnded { get; } = DomainError.Precondition(
        "SESSION_NOT_ENDED", "The session has not ended yet. A roll is signed after it.");

    public static DomainError NotFacilitator { get; } = new(
        ErrorKind.PermissionDenied, "NOT_FACILITATOR", "Only the facilitator of the session signs its roll.");
}
