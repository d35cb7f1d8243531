using Platform.Shared.Persistence;

namespace Platform.Enrollment.Waitlist;

/// <summary>
/// Something that an entry waits for: a program, or any program of a site or of a region. An entry has wants of one kind, so that
/// of a program's targets it names one at the most.
/// </summary>
internal sealed class WaitlistWant : ITenantOwned
{
    public Guid EntryId { get; init; }

    /// <summary>The program, site or region.</summary>
    public Guid TargetId { get; init; }

    public Guid NetworkId { get; init; }

    public WantKind Kind { get; init; }

    /// <summary>Whether the entry waits or has a place held; those that ended are in nobody's way.</summary>
    public bool IsOpen { get; init; } = true;
}

/// <summary>What a target is.</summary>
internal enum WantKind
{
    /// <summary>A program.</summary>
    Program,

    /// <summary>Any program of a site.</summary>
    Site,

    /// <summary>Any program of a region's sites.</summary>
    Region,
}
