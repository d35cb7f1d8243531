using Platform.Enrollment.Assessments.Screening;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Outcomes;

/// <summary>The first and the last score of a scale during an episode, and where the two are counted.</summary>
internal sealed class EpisodeOutcome : ITenantOwned
{
    public Guid NetworkId { get; init; }

    public Guid EpisodeId { get; init; }

    public Instrument Instrument { get; init; }

    public string Scale { get; init; } = string.Empty;

    public int First { get; private set; }

    public int Last { get; private set; }

    /// <summary>The program where it is counted; null, like the two below, while there is one score only.</summary>
    public Guid? CountedProgramId { get; private set; }

    public DateOnly? CountedMonth { get; private set; }

    public int? CountedChange { get; private set; }

    /// <summary>Where it is counted; null while there is one score only.</summary>
    public OutcomeKey? Counted =>
        CountedProgramId is { } program ? new OutcomeKey(program, CountedMonth!.Value, CountedChange!.Value) : null;

    /// <summary>Takes the scores as they are now.</summary>
    /// <param name="first">The score at intake.</param>
    /// <param name="last">The newest score.</param>
    /// <param name="counted">Where they are to be counted; null for one score only.</param>
    /// <returns>Where they were counted before.</returns>
    public OutcomeKey? Take(int first, int last, OutcomeKey? counted)
    {
        var before = Counted;
        (First, Last) = (first, last);
        (CountedProgramId, CountedMonth, CountedChange) = (counted?.ProgramId, counted?.Month, counted?.Change);
        return before;
    }
}

/// <summary>Where an episode's change is counted.</summary>
/// <param name="ProgramId">The program.</param>
/// <param name="Month">First day of the month of the last score.</param>
/// <param name="Change">Points from the first to the last.</param>
internal sealed record OutcomeKey(Guid ProgramId, DateOnly Month, int Change);

/// <summary>
/// How many episodes of a program changed by so many points, with the last score in a month. Kept as scores come, so that a report
/// reads at most one row for each month and possible change, however many episodes there were.
/// </summary>
internal sealed class ProgramOutcome : ITenantOwned
{
    public Guid NetworkId { get; init; }

    public Guid ProgramId { get; init; }

    public Instrument Instrument { get; init; }

    public string Scale { get; init; } = string.Empty;

    public DateOnly Month { get; init; }

    public int Change { get; init; }

    public int Episodes { get; init; }
}
