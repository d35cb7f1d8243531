using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Assessments.Screening;
using Platform.Enrollment.Episodes;

namespace Platform.Enrollment.Outcomes;

/// <summary>
/// Keeps the counts of <see cref="ProgramOutcome"/> right when a score comes, also late: the few scores of the episode are read
/// again, and its place in the counts moves from where it was to where it belongs. The person is locked, so that of two scores that
/// come at once the second sees the first.
/// </summary>
internal static class OutcomeLedger
{
    /// <summary>Counts an episode's scores by an instrument as they are with a new one.</summary>
    /// <param name="db">The transaction.</param>
    /// <param name="episode">The episode.</param>
    /// <param name="screening">The new screening; it may not be saved yet.</param>
    /// <param name="baselineDays">Days before the admission from which a score counts as the one at intake.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    public static async Task CountAsync(
        EnrollmentDbContext db, Episode episode, ScreeningRecord screening, int baselineDays, CancellationToken cancellationToken)
    {
        var scores = await db.Screenings.OfEpisode(episode, screening.Instrument, baselineDays).ToListAsync(cancellationToken);
        scores.Add(screening);
        scores.Sort((a, b) => (a.TakenOn, a.Id).CompareTo((b.TakenOn, b.Id)));
        var known = await db.EpisodeOutcomes
            .Where(o => o.EpisodeId == episode.Id && o.Instrument == screening.Instrument)
            .ToDictionaryAsync(o => o.Scale, cancellationToken);
        var moves = new List<(string Scale, OutcomeKey Key, int By)>();
        foreach (var scale in Instruments.Of(screening.Instrument).Scales.Select(scale => scale.Name))
        {
            if (!known.TryGetValue(scale, out var outcome))
            {
                outcome = new EpisodeOutcome
                {
                    NetworkId = db.NetworkId, EpisodeId = episode.Id, Instrument = screening.Instrument, Scale = scale,
                };
                db.EpisodeOutcomes.Add(outcome);
            }

            var (first, last) = (scores[0].Scores[scale], scores[^1].Scores[scale]);
            var on = scores[^1].TakenOn;
            var key = scores.Count < 2 ? null : new OutcomeKey(episode.ProgramId, new DateOnly(on.Year, on.Month, 1), last - first);
            var before = outcome.Take(first, last, key);
            if (before == key)
            {
                continue;
            }

            if (before is not null)
            {
                moves.Add((scale, before, -1));
            }

            if (key is not null)
            {
                moves.Add((scale, key, 1));
            }
        }

        await db.SaveChangesAsync(cancellationToken);

        // In the order of their keys, as everyone who changes several counts does.
        foreach (var (scale, key, by) in moves
            .OrderBy(m => m.Key.ProgramId).ThenBy(m => m.Scale, StringComparer.Ordinal).ThenBy(m => m.Key.Month).ThenBy(m => m.Key.Change))
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                 INSERT INTO program_outcome (network_id, program_id, instrument, scale, month, change, episodes)
                 VALUES ({db.NetworkId}, {key.ProgramId}, {screening.Instrument.ToString()}, {scale}, {key.Month}, {key.Change}, {by})
                 ON CONFLICT (program_id, instrument, scale, month, change) DO UPDATE SET episodes = program_outcome.episodes + {by}
                 """,
                cancellationToken);
        }
    }

    /// <summary>
    /// The screenings that count for an episode: during it, or shortly before the admission. One that was recorded before the
    /// admission was names no episode.
    /// </summary>
    public static IQueryable<ScreeningRecord> OfEpisode(
        this IQueryable<ScreeningRecord> screenings, Episode episode, Instrument instrument, int baselineDays)
    {
        var (id, person) = (episode.Id, episode.PersonId);
        var (from, to) = (episode.AdmittedOn.AddDays(-baselineDays), episode.DischargedOn ?? DateOnly.MaxValue);
        return screenings.Where(s =>
            s.PersonId == person && s.Instrument == instrument
            && (s.EpisodeId == id || (s.EpisodeId == null && s.TakenOn >= from && s.TakenOn <= to)));
    }
}
