using Platform.Shared.Errors;

namespace Platform.Scheduling;

/// <summary>The errors that this service names.</summary>
internal static class SchedulingErrors
{
    public static DomainError NpiTaken { get; } = DomainError.Exists(
        "CLINICIAN_EXISTS", "A clinician with this NPI is registered already.");

    public static DomainError FacilitatorBusy { get; } = DomainError.Precondition(
        "FACILITATOR_BUSY", "The facilitator leads another session at one of these times.");

    public static DomainError FacilitatorElsewhere { get; } = DomainError.Precondition(
        "FACILITATOR_NOT_AT_SITE", "The facilitator does not work at this site.");

    public static DomainError PersonBusy { get; } = DomainError.Precondition(
        "PERSON_BUSY", "The person is booked into another session at one of these times.");

    public static DomainError GroupFull { get; } = DomainError.Exhausted(
        "GROUP_FULL", "The group is full on at least one of these days.");

    public static DomainError NothingToBook { get; } = DomainError.Precondition(
        "NO_SESSIONS_LEFT", "The group has no session from that day on.");

    public static DomainError EpisodeEnded { get; } = DomainError.Precondition(
        "EPISODE_DISCHARGED", "The person has been discharged.");

    public static DomainError EpisodeElsewhere { get; } = DomainError.Precondition(
        "EPISODE_AT_OTHER_PROGRAM", "The person is admitted to another program than the group's.");

    public static DomainError OnLeave { get; } = DomainError.Precondition(
        "EPISODE_ON_LEAVE", "The person is on leave. Record the return first.");

    public static DomainError LicenceEnds(DateOnly last) => DomainError.Precondition(
        "LICENCE_EXPIRES", $"The facilitator's licence is valid until {last:yyyy-MM-dd}, before the last session.");
}
