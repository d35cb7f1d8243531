using Platform.Shared.Messaging;

namespace Platform.Contracts.Events.Enrollment;

/// <summary>The places of a program changed.</summary>
/// <param name="ProgramId">The program; also the partition key.</param>
/// <param name="Version">Version of these numbers; a consumer keeps only the newest.</param>
/// <param name="SiteId">The site.</param>
/// <param name="Licensed">Places licensed.</param>
/// <param name="Occupied">Places taken.</param>
/// <param name="Held">Places held by open offers.</param>
[EventName("enrollment.program-capacity-changed", SchemaVersion = 1)]
public sealed record ProgramCapacityChanged(
    Guid ProgramId, long Version, Guid SiteId, int Licensed, int Occupied, int Held) : IDomainEvent;
