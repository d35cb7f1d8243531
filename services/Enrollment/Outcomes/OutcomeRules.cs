using Platform.Enrollment.Assessments.Screening;
using Platform.Enrollment.RulePacks;
using Platform.Shared.RulePacks;

namespace Platform.Enrollment.Outcomes;

/// <summary>What a change of a score is. Numbered as in the API.</summary>
internal enum ScoreChange
{
    /// <summary>No rule is published for this scale.</summary>
    NotJudged = 1,

    /// <summary>Within what the instrument's error explains.</summary>
    None = 2,

    /// <summary>Reliably better.</summary>
    Improved = 3,

    /// <summary>Reliably worse.</summary>
    Deteriorated = 4,
}

/// <summary>From which change on a scale's change is more than its error (reliable change index; Jacobson and Truax 1991).</summary>
/// <param name="Instrument">The instrument.</param>
/// <param name="Scale">The scale.</param>
/// <param name="Points">Points.</param>
/// <param name="Source">Where that was published.</param>
internal sealed record ReliableChange(Instrument Instrument, string Scale, int Points, string Source)
{
    /// <summary>Judges a change in points; without a rule nothing is judged.</summary>
    public static ScoreChange Judge(int change, FormScale scale, ReliableChange? rule)
    {
        if (rule is null)
        {
            return ScoreChange.NotJudged;
        }

        var worse = scale.HigherIsWorse ? change : -change;
        return worse >= rule.Points ? ScoreChange.Deteriorated
            : worse <= -rule.Points ? ScoreChange.Improved
            : ScoreChange.None;
    }
}

/// <summary>Section <c>outcomes</c>: which changes of scores are called reliable.</summary>
/// <param name="ReliableChanges">One rule for each scale that has a published one.</param>
internal sealed record OutcomeRules(IReadOnlyList<ReliableChange> ReliableChanges) : IRuleSection
{
    /// <inheritdoc/>
    public void Check(RuleErrors errors)
    {
        errors.Require(
            ReliableChanges.DistinctBy(r => (r.Instrument, r.Scale)).Count() == ReliableChanges.Count,
            "reliableChanges", "has a scale twice");
        for (var i = 0; i < ReliableChanges.Count; i++)
        {
            var (rule, at) = (ReliableChanges[i], errors.At("reliableChanges").At(i));
            at.Range(rule.Points, "points", 1, 200);
            at.Require(rule.Source.Length > 0, "source", "is empty: a change is called reliable only by a published rule");
            at.Require(
                Instruments.Of(rule.Instrument).Scales.Any(scale => scale.Name == rule.Scale), "scale", "is none of the instrument");
        }
    }

    /// <summary>The rule of a scale; null when none is published.</summary>
    public ReliableChange? For(Instrument instrument, string scale) =>
        ReliableChanges.FirstOrDefault(rule => rule.Instrument == instrument && rule.Scale == scale);
}
