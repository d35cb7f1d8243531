using Platform.Shared.Messaging;

namespace Platform.Contracts.Events.Attendance;

/// <summary>A facilitator signed the roll of a session.</summary>
/// <param name="SessionId">The session; also the partition key.</param>
/// <param name="Version">Version of the roll.</param>
/// <param name="SiteId">The site.</param>
/// <param name="On">Site-local day.</param>
/// <param name="Attended">Persons who attended.</param>
/// <param name="Absent">Persons who did not.</param>
[EventName("attendance.roll-signed", SchemaVersion = 1)]
public sealed record RollSigned(
    Guid SessionId, long Version, Guid SiteId, DateOnly On, int Attended, int Absent) : IDomainEvent;
