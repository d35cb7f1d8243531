using Platform.Shared.Messaging;

namespace Platform.Contracts.Events.Scheduling;

/// <summary>A person was released from sessions of a group.</summary>
/// <param name="GroupId">The group; also the partition key.</param>
/// <param name="EpisodeId">The episode.</param>
/// <param name="BookingVersion">Version of the episode's booking in the group; of a booking and a release of the same
/// session, the higher one stands.</param>
/// <param name="Sessions">The sessions released.</param>
[EventName("scheduling.episode-released", SchemaVersion = 1)]
public sealed record EpisodeReleased(
    Guid GroupId, Guid EpisodeId, long BookingVersion, IReadOnlyList<SessionFacts> Sessions) : IDomainEvent;
