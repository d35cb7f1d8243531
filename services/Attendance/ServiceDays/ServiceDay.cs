using Platform.Shared.Persistence;

namespace Platform.Attendance.ServiceDays;

/// <summary>
/// A person at a site on a local date. It closes when all the person's rolls of that day are signed; a roll that comes later opens
/// it again, and it closes with a higher version.
/// </summary>
internal sealed class ServiceDay : ITenantOwned, IVersioned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid EpisodeId { get; init; }

    public Guid PersonId { get; init; }

    public Guid SiteId { get; init; }

    public Guid ProgramId { get; init; }

    /// <summary>Site-local day.</summary>
    public DateOnly On { get; init; }

    public DateTimeOffset? ClosedAt { get; private set; }

    public long Version { get; private set; }

    /// <summary>Minutes by component, as of the last closing.</summary>
    public List<ServiceDayMinutes> Minutes { get; init; } = [];

    public void Close(DateTimeOffset now, IReadOnlyDictionary<string, int> minutes)
    {
        ClosedAt = now;
        Version++;
        Minutes.Clear();
        Minutes.AddRange(minutes.Select(m => new ServiceDayMinutes
        {
            ServiceDayId = Id, NetworkId = NetworkId, Component = m.Key, Minutes = m.Value,
        }));
    }

    public void Reopen()
    {
        ClosedAt = null;
        Version++;
    }
}

/// <summary>A closed day's minutes of one component.</summary>
internal sealed class ServiceDayMinutes : ITenantOwned
{
    public Guid ServiceDayId { get; init; }

    /// <summary>Component code, such as GROUP_THERAPY.</summary>
    public string Component { get; init; } = string.Empty;

    public Guid NetworkId { get; init; }

    public int Minutes { get; init; }
}
