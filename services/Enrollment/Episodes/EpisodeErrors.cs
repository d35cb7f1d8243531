using Platform.Shared.Errors;

namespace Platform.Enrollment.Episodes;

/// <summary>Why an episode cannot begin, change or end.</summary>
internal static class EpisodeErrors
{
    public static readonly DomainError Open = DomainError.Precondition(
        "EPISODE_OPEN", "The person is in intensive outpatient care already. Discharge from there first.");

    public static readonly DomainError Discharged = DomainError.Precondition("EPISODE_DISCHARGED", "The episode has ended.");

    public static readonly DomainError NotDischarged = DomainError.Precondition("EPISODE_NOT_DISCHARGED", "The episode has not ended.");

    public static readonly DomainError FollowedByAnother = DomainError.Precondition(
        "EPISODE_FOLLOWED", "The person was admitted again since. Only the last episode can be taken up again.");

    public static readonly DomainError OnLeave = DomainError.Precondition(
        "EPISODE_ON_LEAVE", "The person is on leave. End the leave first.");

    public static readonly DomainError NotOnLeave = DomainError.Precondition("EPISODE_NOT_ON_LEAVE", "The person is not on leave.");

    public static readonly DomainError LevelSame = DomainError.Precondition("LEVEL_UNCHANGED", "The episode is at this level already.");

    public static readonly DomainError ProgramSame = DomainError.Precondition("PROGRAM_UNCHANGED", "The person is in this program already.");

    public static readonly DomainError AdmissionSame = DomainError.Precondition(
        "ADMISSION_DATE_UNCHANGED", "This is the day of admission on record.");

    public static readonly DomainError ServedBefore = DomainError.Precondition(
        "EPISODE_SERVED_BEFORE",
        "Attendance has a day of service before the new day of admission. Correct the attendance first, or choose a day that covers it.");

    public static readonly DomainError ConsentMissing = DomainError.Precondition(
        "CONSENT_MISSING", "No active consent of the person covers treatment. Record one first.");
}
