using Platform.Shared.Persistence;

namespace Platform.Scheduling.Bookings;

/// <summary>A person's membership of a group; its version orders bookings and releases for those who are told of them.</summary>
internal sealed class GroupMember : ITenantOwned
{
    public Guid GroupId { get; init; }

    public Guid EpisodeId { get; init; }

    public Guid NetworkId { get; init; }

    /// <summary>Grows with every booking and release.</summary>
    public long Version { get; set; }
}

/// <summary>A person's seat in a session.</summary>
internal sealed class Booking : ITenantOwned
{
    public Guid SessionId { get; init; }

    public Guid EpisodeId { get; init; }

    public Guid NetworkId { get; init; }

    public Guid GroupId { get; init; }

    public Guid PersonId { get; init; }

    /// <summary>The session's times, repeated here so that the database can refuse two seats of a person at once.</summary>
    public DateTimeOffset StartsAt { get; init; }

    public DateTimeOffset EndsAt { get; init; }
}
