using System.Globalization;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Assessments.Screening;
using Platform.Enrollment.Episodes;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.RulePacks;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.RulePacks;
using Platform.Shared.Security;
using Platform.Shared.Time;

namespace Platform.Enrollment.Outcomes;

/// <summary>Trends of scores, of a person and of a program.</summary>
internal sealed class OutcomeEndpoint(Operations<EnrollmentDbContext> operations, EnrollmentRules rules)
    : V1.OutcomeService.OutcomeServiceBase
{
    private const int MostMonths = 36;

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.GetScoreTrendResponse> GetScoreTrend(V1.GetScoreTrendRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var personId = validation.Id(request.PersonId, "person_id");
        var instrument = (Instrument)validation.Choice(request.Instrument, "instrument");
        var episodeId = validation.OptionalId(request.EpisodeId, "episode_id");
        validation.ThrowIfInvalid();
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var after = PageToken.Decode<DayKey>(request.Page?.Token ?? string.Empty);
        return operations.AuditedReadAsync(context, async op =>
        {
            var person = (await op.PersonAsync(personId)).Id;
            var set = await rules.ForAsync(op.Db, op.CancellationToken);
            var screenings = (await ScreeningsAsync(op, set, person, episodeId, instrument)).AsNoTracking()
                .OrderBy(s => s.TakenOn)
                .ThenBy(s => s.Id);
            var first = await screenings.FirstOrDefaultAsync(op.CancellationToken);
            var page = await screenings
                .Where(s => after == null || s.TakenOn > after.On || (s.TakenOn == after.On && s.Id.CompareTo(after.Id) > 0))
                .Take(size + 1)
                .ToListAsync(op.CancellationToken);
            op.Audit("outcome.trend", "person", person, person);
            var applied = set.Section(r => r.Outcomes, new RuleScope(), UsDays.Latest(op.Now));
            return new V1.GetScoreTrendResponse
            {
                Screenings = { page.Take(size).Select(s => Message(s, first!, applied.Rule)) },
                Rules =
                {
                    applied.Rule.ReliableChanges.Where(r => r.Instrument == instrument).Select(r => Message(r, applied.Pack)),
                },
                NextPageToken = page.Count > size
                    ? PageToken.Encode(new DayKey(page[size - 1].TakenOn, page[size - 1].Id))
                    : string.Empty,
            };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.GetProgramOutcomesResponse> GetProgramOutcomes(
        V1.GetProgramOutcomesRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var programId = validation.Id(request.ProgramId, "program_id");
        var instrument = (Instrument)validation.Choice(request.Instrument, "instrument");
        var from = Month(request.FromMonth, "from_month", validation);
        var to = Month(request.ToMonth, "to_month", validation);
        validation.Require(
            from == default || to == default || (to >= from && MonthsBetween(from, to) < MostMonths),
            "to_month", $"must not be before from_month, nor {MostMonths} months after it");
        validation.ThrowIfInvalid();
        return operations.ReadAsync(context, async op =>
        {
            var siteId = await op.Db.Programs.Where(p => p.Id == programId).Select(p => (Guid?)p.SiteId).SingleOrDefaultAsync(op.CancellationToken)
                ?? throw DomainError.NotFound("program").ToException();
            op.Caller.RequireSite(siteId, "program");
            var counts = await op.Db.ProgramOutcomes
                .Where(o => o.ProgramId == programId && o.Instrument == instrument && o.Month >= from && o.Month <= to)
                .GroupBy(o => new { o.Scale, o.Change })
                .Select(g => new CountedChange(g.Key.Scale, g.Key.Change, g.Sum(o => o.Episodes)))
                .ToListAsync(op.CancellationToken);
            var applied = (await rules.ForAsync(op.Db, op.CancellationToken))
                .Section(r => r.Outcomes, new RuleScope(), UsDays.Latest(op.Now));
            return new V1.GetProgramOutcomesResponse
            {
                Scales =
                {
                    Instruments.Of(instrument).Scales
                        .Select(scale => Message(
                            scale,
                            [.. counts.Where(c => c.Scale == scale.Name && c.Episodes > 0).OrderBy(c => c.Change)],
                            applied.Rule.For(instrument, scale.Name),
                            applied.Pack))
                        .Where(outcome => outcome.Episodes > 0),
                },
            };
        });
    }

    private static async Task<IQueryable<ScreeningRecord>> ScreeningsAsync(
        Operation<EnrollmentDbContext> op, RulePackSet<CareRules> set, Guid personId, Guid? episodeId, Instrument instrument)
    {
        var episode = await op.Db.Episodes
            .AsNoTracking()
            .Where(e => e.PersonId == personId && (episodeId == null || e.Id == episodeId))
            .OrderByDescending(e => e.AdmittedOn)
            .ThenByDescending(e => e.Id)
            .FirstOrDefaultAsync(op.CancellationToken);
        if (episode is null)
        {
            return episodeId is null
                ? op.Db.Screenings.Where(s => s.PersonId == personId && s.Instrument == instrument && s.StruckAt == null)
                : throw DomainError.NotFound("episode").ToException();
        }

        return op.Db.Screenings.OfEpisode(episode, instrument, await op.Db.BaselineDaysAsync(set, episode, op.CancellationToken));
    }

    private static int MonthsBetween(DateOnly from, DateOnly to) => (12 * (to.Year - from.Year)) + to.Month - from.Month;

    private static DateOnly Month(string value, string field, Validation validation)
    {
        var isMonth = value.Length == 0 || DateOnly.TryParseExact(value, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
        validation.Require(isMonth, field, "is not a month such as 2026-03");
        return isMonth ? validation.Day(value.Length == 0 ? value : $"{value}-01", field) : default;
    }

    private static V1.TrendScreening Message(ScreeningRecord screening, ScreeningRecord first, OutcomeRules rules) => new()
    {
        ScreeningId = screening.Id.ToString(),
        TakenOn = screening.TakenOn.ToIso(),
        Points =
        {
            Instruments.Of(screening.Instrument).Scales.Select(scale =>
            {
                var score = screening.Scores[scale.Name];
                var change = score - first.Scores[scale.Name];
                return new V1.TrendPoint
                {
                    Scale = scale.Name,
                    Score = score,
                    Band = scale.BandOf(score),
                    Change = change,
                    Judgement = screening.Id == first.Id
                        ? V1.ScoreChange.Unspecified
                        : (V1.ScoreChange)ReliableChange.Judge(change, scale, rules.For(screening.Instrument, scale.Name)),
                };
            }),
        },
    };

    private static V1.ScaleOutcome Message(FormScale scale, List<CountedChange> counts, ReliableChange? rule, string pack)
    {
        int Count(ScoreChange judgement) =>
            counts.Where(c => ReliableChange.Judge(c.Change, scale, rule) == judgement).Sum(c => c.Episodes);
        var episodes = counts.Sum(c => c.Episodes);
        return new V1.ScaleOutcome
        {
            Scale = scale.Name,
            Episodes = episodes,
            MeanChange = episodes == 0 ? 0 : counts.Sum(c => (double)c.Change * c.Episodes) / episodes,
            Improved = Count(ScoreChange.Improved),
            Deteriorated = Count(ScoreChange.Deteriorated),
            Changes = { counts.Select(c => new V1.ChangeCount { Change = c.Change, Episodes = c.Episodes }) },
            Rule = rule is null ? null : Message(rule, pack),
        };
    }

    private static V1.ReliableChangeRule Message(ReliableChange rule, string pack) =>
        new() { Scale = rule.Scale, Points = rule.Points, Source = rule.Source, RulePack = pack };

    /// <summary>Sort key of a list.</summary>
    private sealed record DayKey(DateOnly On, Guid Id);

    private sealed record CountedChange(string Scale, int Change, int Episodes);
}
