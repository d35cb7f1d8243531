using System.Text.Json;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Shared.Errors;
using Platform.Shared.Requests;
using Platform.Shared.RulePacks;
using Platform.Shared.Time;

namespace Platform.Enrollment.RulePacks;

/// <summary>
/// Tries a pack on history: makes recorded decisions again, from what was known then, as if the pack had held on all of their
/// days, and compares what came of them. Reads in short transactions, so that it holds nobody up however long the history is.
/// </summary>
internal sealed class RulePackTrial(
    Operations<EnrollmentDbContext> operations, IEnumerable<IDecisionRule> rules, EnrollmentRules enrollmentRules)
{
    private const int Batch = 500;

    private readonly Dictionary<string, IDecisionRule> _rules = rules.ToDictionary(rule => rule.Kind, StringComparer.Ordinal);

    /// <summary>The kinds that were asked for; all when none was.</summary>
    public IReadOnlyList<string> Kinds(IReadOnlyList<string> asked, Validation validation)
    {
        var all = _rules.Keys.Order(StringComparer.Ordinal).ToList();
        for (var i = 0; i < asked.Count; i++)
        {
            validation.Require(_rules.ContainsKey(asked[i]), $"kinds[{i}]", $"must be one of {string.Join(", ", all)}");
        }

        return asked.Count == 0 ? all : [.. asked.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Tries it, and writes what it finds while it goes on.</summary>
    /// <param name="context">The call.</param>
    /// <param name="json">The pack; null for a proposed one.</param>
    /// <param name="proposed">Name and version of a proposed one.</param>
    /// <param name="from">First day.</param>
    /// <param name="to">Last day.</param>
    /// <param name="kinds">Kinds of decisions.</param>
    /// <param name="found">Takes what is found.</param>
    /// <exception cref="DomainException">NOT_FOUND; FAILED_PRECONDITION: it collides with another pack.</exception>
    public async Task RunAsync(
        ServerCallContext context, RulePack<CareRules>? json, string proposed, DateOnly from, DateOnly to, IReadOnlyList<string> kinds,
        IServerStreamWriter<V1.TryRulePackResponse> found)
    {
        var set = await operations.AuditedReadAsync(context, async op =>
        {
            var row = json is null ? await op.Db.FindRulePackAsync(proposed, op.CancellationToken) : null;
            op.Audit("rule_pack.try", "rule_pack", row?.Id ?? op.Db.NewId());
            return With(await enrollmentRules.ForAsync(op.Db, op.CancellationToken), json ?? row!.Require(), from, to);
        });
        foreach (var kind in kinds)
        {
            var summary = new V1.DecisionSummary { Kind = kind };
            DecisionKey? after = null;
            do
            {
                var last = after;
                var (decisions, differences) = await operations.AuditedReadAsync(
                    context, op => ReplayAsync(op, set, _rules[kind], from, to, last));
                foreach (var difference in differences)
                {
                    await found.WriteAsync(new V1.TryRulePackResponse { Difference = difference });
                }

                summary.Replayed += decisions.Count;
                summary.Differing += differences.Count;
                after = decisions.Count == Batch ? decisions[^1] : null;
            }
            while (after is not null);
            await found.WriteAsync(new V1.TryRulePackResponse { Summary = summary });
        }
    }

    /// <summary>The rules as if the pack had held on all the days, in the place of the other versions of its name.</summary>
    private static RulePackSet<CareRules> With(RulePackSet<CareRules> set, RulePack<CareRules> tried, DateOnly from, DateOnly to)
    {
        var others = new RulePackSet<CareRules>(CareRulePacks.Format, set.Packs.Where(pack => pack.Name != tried.Name))
        {
            Unusable = [.. set.Unusable.Where(pack => !pack.Id.StartsWith($"{tried.Name}@", StringComparison.Ordinal))],
        };
        var lifted = tried with { EffectiveFrom = from, EffectiveTo = to, Layer = 1 };
        return others.CollisionsOf(lifted).FirstOrDefault() is { } other
            ? throw RulePackErrors.Collision(lifted.Id, other.Id).ToException()
            : others.With([lifted]);
    }

    private static async Task<(List<DecisionKey> Replayed, List<V1.DecisionDifference> Differences)> ReplayAsync(
        Operation<EnrollmentDbContext> op, RulePackSet<CareRules> set, IDecisionRule rule, DateOnly from, DateOnly to, DecisionKey? after)
    {
        var rows = op.Db.RuleDecisions.AsNoTracking().Where(d => d.Kind == rule.Kind && d.Day >= from && d.Day <= to);
        if (op.Caller.Sites is { } sites)
        {
            rows = rows.Where(d => sites.Contains(d.SiteId));
        }

        if (after is not null)
        {
            rows = rows.Where(d => d.Day > after.Day || (d.Day == after.Day && d.Id.CompareTo(after.Id) > 0));
        }

        var decisions = await rows.OrderBy(d => d.Day).ThenBy(d => d.Id).Take(Batch).ToListAsync(op.CancellationToken);
        var differences = new List<V1.DecisionDifference>();
        foreach (var decision in decisions)
        {
            if (Differs(decision, rule, set) is { } difference)
            {
                differences.Add(difference);
                op.Audit("rule_decision.read", "rule_decision", decision.Id, decision.PersonId);
            }
        }

        return ([.. decisions.Select(d => new DecisionKey(d.Day, d.Id))], differences);
    }

    private static V1.DecisionDifference? Differs(RuleDecision decision, IDecisionRule rule, RulePackSet<CareRules> set)
    {
        using var facts = JsonDocument.Parse(decision.Facts);
        using var outcome = JsonDocument.Parse(decision.Outcome);
        var again = rule.Decide(set, DecisionJson.Read<RuleScope>(decision.Scope), decision.Day, facts.RootElement);
        return JsonElement.DeepEquals(outcome.RootElement, again.Outcome) ? null : new V1.DecisionDifference
        {
            DecisionId = decision.Id.ToString(),
            Kind = decision.Kind,
            SubjectId = decision.SubjectId.ToString(),
            SiteId = decision.SiteId.ToString(),
            Day = decision.Day.ToIso(),
            OldPack = decision.Pack,
            OldOutcome = decision.Outcome,
            NewPack = again.Pack,
            NewOutcome = again.Outcome.GetRawText(),
        };
    }

    private sealed record DecisionKey(DateOnly Day, Guid Id);
}
