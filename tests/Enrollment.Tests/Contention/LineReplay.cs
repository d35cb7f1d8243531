using Platform.Enrollment.Waitlist;

namespace Platform.Enrollment.Contention;

/// <summary>
/// Follows the line from its first event to its last and holds every offer that the waitlist made against who stood in line at that
/// moment. It is written from the rule, and shares nothing with the code that chooses.
/// </summary>
internal sealed class LineReplay
{
    private readonly Dictionary<Guid, Standing> line = [];

    /// <summary>Offers that went to somebody although another one stood before, in words.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>How many offers the waitlist made.</summary>
    public int Offers { get; private set; }

    public static async Task<LineReplay> ReadAsync(PlacesDatabase database)
    {
        var replay = new LineReplay();
        var sites = new Dictionary<Guid, Guid>();
        await database.QueryAsync("SELECT id, site_id FROM program", row => sites[row.GetGuid(0)] = row.GetGuid(1));
        await database.QueryAsync(
            "SELECT e.id, e.rank, e.joined_at, array_agg(w.target_id) FROM waitlist_entry e JOIN waitlist_want w ON w.entry_id = e.id GROUP BY e.id",
            row => replay.line[row.GetGuid(0)] = new Standing(
                (row.GetInt32(1), row.GetDateTime(2), row.GetGuid(0)), row.GetFieldValue<Guid[]>(3)));
        await database.QueryAsync(
            "SELECT entry_id, kind, program_id FROM waitlist_event ORDER BY turn, ordinal",
            row => replay.Take(
                row.GetGuid(0), Enum.Parse<WaitlistEventKind>(row.GetString(1)), row.IsDBNull(2) ? null : row.GetGuid(2), sites));
        return replay;
    }

    /// <summary>Those who stand in line for a program, past whom a place would not go.</summary>
    public IEnumerable<Guid> StandingFor(Guid program, Guid site) =>
        line.Where(e => e.Value.StandsFor(program, site)).OrderBy(e => e.Value.Order).Select(e => e.Key);

    private void Take(Guid id, WaitlistEventKind kind, Guid? program, IReadOnlyDictionary<Guid, Guid> sites)
    {
        var entry = line[id];
        switch (kind)
        {
            case WaitlistEventKind.Joined:
                entry.Waits = true;
                break;
            case WaitlistEventKind.Offered:
                Offers++;
                if (StandingFor(program!.Value, sites[program.Value]).FirstOrDefault() is var first && first != id)
                    Violations.Add($"{program} was offered to {id} while {first} stood before");
                (entry.Waits, entry.Skipped) = (false, false);
                break;
            case WaitlistEventKind.OfferedByHand:
                (entry.Waits, entry.Skipped) = (false, false);
                break;
            case WaitlistEventKind.Declined or WaitlistEventKind.Lapsed or WaitlistEventKind.Released:
                entry.Waits = true;
                entry.Passed.Add(program!.Value);
                break;
            case WaitlistEventKind.Skipped:
                entry.Skipped = true;
                break;
            case WaitlistEventKind.PassedOver:
                entry.Skipped = false;
                entry.Passed.Remove(program!.Value);
                break;
            case WaitlistEventKind.Placed or WaitlistEventKind.Removed:
                entry.Waits = false;
                break;
        }
    }

    private sealed class Standing((int Rank, DateTime JoinedAt, Guid Id) order, Guid[] targets)
    {
        public (int Rank, DateTime JoinedAt, Guid Id) Order => order;

        public bool Waits { get; set; }

        public bool Skipped { get; set; }

        public HashSet<Guid> Passed { get; } = [];

        public bool StandsFor(Guid program, Guid site) =>
            Waits && !Skipped && !Passed.Contains(program) && (targets.Contains(program) || targets.Contains(site));
    }
}
