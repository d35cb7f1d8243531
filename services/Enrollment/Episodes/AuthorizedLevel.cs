using Platform.Enrollment.Referrals;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Episodes;

/// <summary>A level of care that a payer authorized for some days of an episode. Never changed: what is recorded later stands over it.</summary>
internal sealed class AuthorizedLevel : ITenantOwned
{
    /// <summary>Days that one authorization covers at the most.</summary>
    public const int MostDays = 367;

    /// <summary>UUIDv7: of two for a day, the greater one stands.</summary>
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid EpisodeId { get; init; }

    public LevelOfCare Level { get; init; }

    /// <summary>First day.</summary>
    public DateOnly From { get; init; }

    /// <summary>Last day.</summary>
    public DateOnly To { get; init; }

    /// <summary>The payer's reference.</summary>
    public string Reference { get; init; } = string.Empty;
}

/// <summary>Days on which the clinical and the authorized level differ.</summary>
/// <param name="From">First day.</param>
/// <param name="To">Last day; null when it goes on.</param>
/// <param name="Clinical">The clinical level.</param>
/// <param name="Authorized">The authorized level; null when none was authorized for these days.</param>
internal sealed record LevelDifference(DateOnly From, DateOnly? To, LevelOfCare Clinical, LevelOfCare? Authorized)
{
    /// <summary>
    /// Where the two levels differ, in order. A day of leave is a day in care at its level; the day of discharge is the last one.
    /// An episode for which nothing was ever authorized (a person who pays alone) has no differences.
    /// </summary>
    /// <param name="stays">The course, in order.</param>
    /// <param name="authorized">What was authorized.</param>
    public static IReadOnlyList<LevelDifference> Between(IReadOnlyList<EpisodeStay> stays, IReadOnlyList<AuthorizedLevel> authorized)
    {
        if (authorized.Count == 0)
        {
            return [];
        }

        // Nothing changes between two of these days.
        var turns = stays.Select(stay => stay.From)
            .Concat(authorized.Select(level => level.From))
            .Concat(authorized.Select(level => level.To.AddDays(1)))
            .Distinct().Order().ToList();
        var end = stays[^1].To;
        var differences = new List<LevelDifference>();
        for (var i = 0; i < turns.Count; i++)
        {
            var from = turns[i];
            var last = i + 1 < turns.Count ? turns[i + 1].AddDays(-1) : (DateOnly?)null;
            if (from < stays[0].From || from > end)
            {
                continue;
            }

            last = end is null || last < end ? last : end;
            var clinical = stays.Last(stay => stay.From <= from).Level;
            var level = authorized.Where(a => a.From <= from && a.To >= from).MaxBy(a => a.Id)?.Level;
            if (level == clinical)
            {
                continue;
            }

            if (differences.Count > 0 && differences[^1] is { } before
                && before.To?.AddDays(1) == from && before.Clinical == clinical && before.Authorized == level)
            {
                differences[^1] = before with { To = last };
            }
            else
            {
                differences.Add(new LevelDifference(from, last, clinical, level));
            }
        }

        return differences;
    }
}
