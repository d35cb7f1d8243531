using System.Runtime.InteropServices;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Capacity;

/// <summary>The places of a program: the row that decides who gets one. Changed by <see cref="CapacityLedger"/> and nothing else.</summary>
internal sealed class ProgramCapacity : IFoundByWorkers
{
    public Guid ProgramId { get; init; }

    public Guid NetworkId { get; init; }

    public Guid SiteId { get; init; }

    /// <summary>Places it is licensed for.</summary>
    public int Licensed { get; init; }

    /// <summary>Places taken by admitted persons.</summary>
    public int Occupied { get; init; }

    /// <summary>Places held by open offers.</summary>
    public int Held { get; init; }

    /// <summary>Grows by one with every change; 1 when the row is new.</summary>
    public long Version { get; init; }

    /// <summary>Whether a place came open since the waitlist was asked last: kept in the row that opened it, so that no process can lose it.</summary>
    public bool WaitlistDue { get; init; }

    /// <summary>The lower number of places to which <see cref="Licensed"/> goes down as those that are taken free; null when it is reached.</summary>
    public int? LoweringTo { get; init; }

    /// <summary>When the next scheduled number takes effect; null when none is scheduled.</summary>
    public DateTimeOffset? ChangesAt { get; init; }

    /// <summary>From when nobody new is taken, because the program or its site closes; null while both stay open.</summary>
    public DateTimeOffset? ClosesAt { get; init; }

    public PlaceCounts Counts => new(Licensed, Occupied, Held, Version);
}

/// <summary>The places of a program at one version.</summary>
/// <param name="Licensed">Places it is licensed for.</param>
/// <param name="Occupied">Places taken.</param>
/// <param name="Held">Places held by open offers.</param>
/// <param name="Version">Of two counts, the one with the higher version is newer.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PlaceCounts(int Licensed, int Occupied, int Held, long Version)
{
    /// <summary>Places that can be offered.</summary>
    public int Open => Licensed - Occupied - Held;
}
