using System.Globalization;

namespace Platform.Enrollment.Waitlist;

/// <summary>What is known of a program for an estimate.</summary>
/// <param name="ProgramId">The program.</param>
/// <param name="Position">Place in line for it, from 1.</param>
/// <param name="Freed">Places that people left within the days observed.</param>
/// <param name="DaysObserved">Days observed.</param>
internal sealed record ProgramWait(Guid ProgramId, int Position, int Freed, int DaysObserved)
{
    /// <summary>How much of one wait passes in a day, as far as this program goes: 1 over the days until its turn comes.</summary>
    public double Pace => (double)Freed / DaysObserved / Position;
}

/// <summary>
/// How long a wait may take. A program whose people left F places in D days frees F / D a day, and the turn of position P comes
/// after P of them: in P × D / F days. Who waits for any of several programs waits for the first of these to come, and as the
/// places of each come without regard to the others, their paces add up: the days are 1 / Σ (F / D / P).
/// </summary>
/// <param name="Days">Days, rounded up.</param>
/// <param name="Basis">How it was computed, in words.</param>
internal sealed record WaitEstimate(int Days, string Basis)
{
    /// <summary>How many days back places are counted: eight weeks, so that every weekday counts alike.</summary>
    public const int Window = 56;

    /// <summary>At the least a program is observed for four weeks, so that a busy first day does not make a short wait.</summary>
    public const int Shortest = 28;

    /// <summary>Nobody is told of more than ten years.</summary>
    private const int Most = 3650;

    /// <summary>The estimate; null when no place of these programs was left in the window.</summary>
    public static WaitEstimate? Of(IReadOnlyCollection<ProgramWait> programs)
    {
        var pace = programs.Sum(program => program.Pace);
        if (pace <= 0)
        {
            return null;
        }

        var freed = programs.Sum(program => program.Freed);
        var days = programs.Max(program => program.DaysObserved);
        var basis = programs.Count == 1
            ? string.Create(CultureInfo.InvariantCulture, $"Position {programs.First().Position}; people left {freed} places in {days} days.")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"Any of {programs.Count} programs, of which people left {freed} places in {days} days; positions from {programs.Min(p => p.Position)} to {programs.Max(p => p.Position)}.");
        return new WaitEstimate((int)Math.Min(Most, Math.Ceiling(1 / pace)), basis);
    }

    /// <summary>Days over which a program is observed.</summary>
    /// <param name="first">The first day within the window on which a place of it was left.</param>
    /// <param name="today">The day in UTC.</param>
    public static int Observed(DateOnly first, DateOnly today) =>
        Math.Clamp(today.DayNumber - first.DayNumber + 1, Shortest, Window);
}
