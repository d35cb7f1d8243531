using Platform.Shared.Messaging;

namespace Platform.Contracts.Events.Scheduling;

/// <summary>A group was made, with all its sessions.</summary>
/// <param name="GroupId">The group; also the partition key.</param>
/// <param name="Sessions">All its sessions.</param>
[EventName("scheduling.group-scheduled", SchemaVersion = 1)]
public sealed record GroupScheduled(Guid GroupId, IReadOnlyList<SessionFacts> Sessions) : IDomainEvent;
