using Platform.Shared.Persistence;

namespace Platform.Scheduling.Episodes;

/// <summary>
/// What Scheduling knows of an episode of care, told by Enrollment: whose it is, where, and from when to when. Its row is also the
/// lock under which a person's calendar changes.
/// </summary>
internal sealed class Episode : ITenantOwned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid PersonId { get; init; }

    /// <summary>The site now, or at the end.</summary>
    public Guid SiteId { get; set; }

    /// <summary>The program now, or at the end.</summary>
    public Guid ProgramId { get; set; }

    public DateOnly AdmittedOn { get; set; }

    /// <summary>Day from which the person is in the program; null when that is the day of admission.</summary>
    public DateOnly? Since { get; set; }

    /// <summary>Day from which the person is on leave; null when on none.</summary>
    public DateOnly? OnLeaveSince { get; set; }

    /// <summary>Last day of care; null while in care.</summary>
    public DateOnly? DischargedOn { get; set; }

    /// <summary>Version of the episode that this is; 0 when it was asked for before its event came.</summary>
    public long Version { get; set; }
}
