using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Assessments.Screening;
using Platform.Enrollment.Episodes;
using Platform.Enrollment.RulePacks;
using Platform.Shared.RulePacks;

namespace Platform.Enrollment.Outcomes;

/// <summary>
/// Keeps the counts of <see cref="ProgramOutcome"/> right whatever happens to a person's scores or episodes, also late: the few
/// scores of an episode are read again, and its place in the counts moves from where it was to where it belongs. Call it with the
/// person locked, so that of two scores that come at once the second sees the first; the counts are locked last.
/// </summary>
internal static class OutcomeLedger
{
    /// <summary>Counts a person's scores by some instruments as they are now.</summary>
    /// <param name="db">The transaction.</param>
    /// <param name="set">The rules.</param>
    /// <param name="personId">The person.</param>
    /// <param name="instruments">The instruments.</param>
    /// <param name="on">The day of the score that changed, so that other episodes need no look; null for all episodes.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    public static async Task CountAsync(
        EnrollmentDbContext db, RulePackSet<CareRules> set, Guid personId, IReadOnlyList<Instrument> instruments, DateOnly? on,
        CancellationToken cancellationToken)
    {
        await db.SaveChangesAsync(cancellationToken);
        var moves = new List<Move>();
        foreach (var episode in await db.Episodes.AsNoTracking().Where(e => e.PersonId == personId).ToListAsync(cancellationToken))
        {
            var baselineDays = await db.BaselineDaysAsync(set, episode, cancellationToken);
            if (on is { } day && (day < episode.AdmittedOn.AddDays(-baselineDays) || day > episode.DischargedOn))
            {
                continue;
            }

            foreach (var instrument in instruments)
            {
                moves.AddRange(await CountAsync(db, episode, instrument, baselineDays, cancellationToken));
            }
        }

        await db.SaveChangesAsync(cancellationToken);

        // In the order of their keys, as everyone who changes several counts does.
        foreach (var (instrument, scale, key, by) in moves
            .OrderBy(m => m.Key.ProgramId)
            .ThenBy(m => m.Instrument)
            .ThenBy(m => m.Scale, StringComparer.Ordinal)
            .ThenBy(m => m.Key.Month)
            .ThenBy(m => m.Key.Change))
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                 INSERT INTO program_outcome (network_id, program_id, instrument, scale, month, change, episodes)
                 VALUES ({db.NetworkId}, {key.ProgramId}, {instrument.ToString()}, {scale}, {key.Month}, {key.Change}, {by})
                 ON CONFLICT (program_id, instrument, scale, month, change) DO UPDATE SET episodes = program_outcome.episodes + {by}
                 """,
                cancellationToken);
        }
    }

    /// <summary>
    /// The screenings that count for an episode: during it, or shortly before the admission, unless they were struck. One that was
    /// recorded before the admission was names no episode.
    /// </summary>
    public static IQueryable<ScreeningRecord> OfEpisode(
        this IQueryable<ScreeningRecord> screenings, Episode episode, Instrument instrument, int baselineDays)
    {
        var (id, person) = (episode.Id, episode.PersonId);
        var (from, to) = (episode.AdmittedOn.AddDays(-baselineDays), episode.DischargedOn ?? DateOnly.MaxValue);
        return screenings.Where(s =>
            s.PersonId == person && s.Instrument == instrument && s.StruckAt == null
            && (s.EpisodeId == id || (s.EpisodeId == null && s.TakenOn >= from && s.TakenOn <= to)));
    }

    /// <summary>Days before an admission from which a score counts as the one at intake.</summary>
    public static async Task<int> BaselineDaysAsync(
        this EnrollmentDbContext db, RulePackSet<CareRules> set, Episode episode, CancellationToken cancellationToken)
    {
        var scope = await (
            from program in db.Programs
            join site in db.Sites on program.SiteId equals site.Id
            where program.Id == episode.ProgramId
            select new RuleScope(site.State, program.Track, null, null, null)).SingleAsync(cancellationToken);
        return set.Section(r => r.Screening, scope, UsDays.Latest(db.Now)).Rule.BaselineDays;
    }

    /// <summary>Takes an episode's first and last scores as they are now, and says what moves in the counts.</summary>
    private static async Task<IReadOnlyList<Move>> CountAsync(
        EnrollmentDbContext db, Episode episode, Instrument instrument, int baselineDays, CancellationToken cancellationToken)
    {
        var scores = await db.Screenings.OfEpisode(episode, instrument, baselineDays)
            .OrderBy(s => s.TakenOn)
            .ThenBy(s => s.Id)
            .ToListAsync(cancellationToken);
        var known = await db.EpisodeOutcomes
            .Where(o => o.EpisodeId == episode.Id && o.Instrument == instrument)
            .ToDictionaryAsync(o => o.Scale, cancellationToken);
        var moves = new List<Move>();
        foreach (var scale in Instruments.Of(instrument).Scales.Select(scale => scale.Name))
        {
            if (!known.TryGetValue(scale, out var outcome))
            {
                if (scores.Count == 0)
                {
                    continue;
                }

                outcome = new EpisodeOutcome { NetworkId = db.NetworkId, EpisodeId = episode.Id, Instrument = instrument, Scale = scale };
                db.EpisodeOutcomes.Add(outcome);
            }

            OutcomeKey? key = null;
            OutcomeKey? before;
            if (scores.Count == 0)
            {
                before = outcome.Counted;
                db.EpisodeOutcomes.Remove(outcome);
            }
            else
            {
                var (first, last, on) = (scores[0].Scores[scale], scores[^1].Scores[scale], scores[^1].TakenOn);
                key = scores.Count < 2 ? null : new OutcomeKey(episode.ProgramId, new DateOnly(on.Year, on.Month, 1), last - first);
                before = outcome.Take(first, last, key);
            }

            if (before != key)
            {
                moves.AddRange(Move.Of(instrument, scale, before, -1).Concat(Move.Of(instrument, scale, key, 1)));
            }
        }

        return moves;
    }

    private sealed record Move(Instrument Instrument, string Scale, OutcomeKey Key, int By)
    {
        public static IEnumerable<Move> Of(Instrument instrument, string scale, OutcomeKey? key, int by) =>
            key is null ? [] : [new Move(instrument, scale, key, by)];
    }
}
