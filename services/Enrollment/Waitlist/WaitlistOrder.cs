namespace Platform.Enrollment.Waitlist;

/// <summary>
/// The order in which those who wait are served: priority class, then time of joining, then id, which tells two of one moment apart.
/// </summary>
internal sealed class WaitlistOrder : IComparer<WaitlistEntry>
{
    public static WaitlistOrder Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(WaitlistEntry? x, WaitlistEntry? y) =>
        (x!.Rank, x.JoinedAt, x.Id).CompareTo((y!.Rank, y.JoinedAt, y.Id));
}

/// <summary>
/// Chooses who is offered a place of a program: the first in line whom it suits and past whom it does not go.
/// </summary>
/// <param name="program">The program.</param>
internal sealed class WaitlistChoice(ProgramProfile program)
{
    private readonly List<WaitlistEntry> _passedOver = [];

    /// <summary>Who is offered it; null while nobody was found.</summary>
    public WaitlistEntry? Chosen { get; private set; }

    /// <summary>Those before the chosen one whom it suits and past whom it goes.</summary>
    public IReadOnlyList<WaitlistEntry> PassedOver => _passedOver;

    /// <summary>Considers the next in line of those who wait for the program.</summary>
    /// <param name="entry">An entry; the one before it in line was considered before.</param>
    /// <returns>Whether the choice is made.</returns>
    public bool Consider(WaitlistEntry entry)
    {
        if (!entry.Criteria.Suits(program))
        {
            return false;
        }

        if (entry.IsPassedFor(program.ProgramId))
        {
            _passedOver.Add(entry);
            return false;
        }

        Chosen = entry;
        return true;
    }
}
