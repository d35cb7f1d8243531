using Platform.Shared.Messaging;

namespace Platform.Contracts.Events.Scheduling;

/// <summary>A person was booked into sessions of a group.</summary>
/// <param name="GroupId">The group; also the partition key.</param>
/// <param name="EpisodeId">The episode.</param>
/// <param name="PersonId">The person, by id alone.</param>
/// <param name="BookingVersion">Version of the episode's booking in the group; of a booking and a release of the same
/// session, the higher one stands.</param>
/// <param name="Sessions">The sessions booked.</param>
[EventName("scheduling.episode-booked", SchemaVersion = 1)]
public sealed record EpisodeBooked(
    Guid GroupId, Guid EpisodeId, Guid PersonId, long BookingVersion, IReadOnlyList<SessionFacts> Sessions) : IDomainEvent;
