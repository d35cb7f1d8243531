using Platform.Shared.Persistence;

namespace Platform.Enrollment.Waitlist;

/// <summary>Places of a program that people left on a day, counted as they do: what the wait for one is estimated by.</summary>
internal sealed class PlaceTurnover : ITenantOwned
{
    public Guid ProgramId { get; init; }

    /// <summary>The day in UTC: over weeks it does not matter where a day begins.</summary>
    public DateOnly Day { get; init; }

    public Guid NetworkId { get; init; }

    public int Freed { get; init; }
}

/// <summary>Counts what people leave.</summary>
internal static class PlaceTurnovers
{
    /// <summary>Notes that a place was left. The caller has the program's row of places locked, and so nobody waits here.</summary>
    public static void CountFreed(this EnrollmentDbContext db, Guid programId)
    {
        var day = DateOnly.FromDateTime(db.Now.UtcDateTime);
        db.WithCommit(
            $"""
             INSERT INTO place_turnover (program_id, day, network_id, freed) VALUES ({programId}, {day}, {db.NetworkId}, 1)
             ON CONFLICT (program_id, day) DO UPDATE SET freed = place_turnover.freed + 1
             """);
    }
}
