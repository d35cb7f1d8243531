using Platform.Contracts.Events.Scheduling;
using Platform.Shared.Persistence;

namespace Platform.Scheduling.Groups;

/// <summary>A series of sessions with the same people.</summary>
internal sealed class Group : ITenantOwned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid SiteId { get; init; }

    public Guid ProgramId { get; init; }

    public string Name { get; init; } = string.Empty;

    /// <summary>Component code, such as GROUP_THERAPY.</summary>
    public string Component { get; init; } = string.Empty;

    /// <summary>ISO 8601 weekday numbers, as digits: <c>135</c> is Monday, Wednesday and Friday.</summary>
    public string Weekdays { get; init; } = string.Empty;

    /// <summary>Site-local.</summary>
    public TimeOnly StartsAt { get; init; }

    public int Minutes { get; init; }

    public DateOnly FirstOn { get; init; }

    public DateOnly LastOn { get; init; }

    public Guid FacilitatorId { get; init; }

    /// <summary>Subject of the facilitator's tokens.</summary>
    public string FacilitatorSubject { get; init; } = string.Empty;

    public int Maximum { get; init; }

    public int SessionCount { get; init; }

    /// <summary>What others need to know of one of its sessions.</summary>
    public SessionFacts Facts(Session session) => new(
        session.Id, session.Version, Id, SiteId, ProgramId, Component, session.On, session.StartsAt, session.EndsAt,
        FacilitatorId, FacilitatorSubject);
}

/// <summary>One meeting of a group.</summary>
internal sealed class Session : ITenantOwned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid GroupId { get; init; }

    public Guid SiteId { get; init; }

    public Guid FacilitatorId { get; init; }

    /// <summary>Site-local day.</summary>
    public DateOnly On { get; init; }

    public DateTimeOffset StartsAt { get; init; }

    public DateTimeOffset EndsAt { get; init; }

    /// <summary>How many persons are booked; never more than <see cref="Maximum"/>.</summary>
    public int Booked { get; set; }

    public int Maximum { get; init; }

    /// <summary>Version of the facts that others are told.</summary>
    public long Version { get; init; } = 1;
}
