using Platform.Shared.Errors;

namespace Platform.Enrollment.Referrals;

/// <summary>An answer as it was given.</summary>
/// <param name="Question">Which question.</param>
/// <param name="Yes">Whether it is so.</param>
/// <param name="Reason">Why not; may be empty with a yes.</param>
internal sealed record GivenAnswer(EligibilityQuestion Question, bool Yes, string Reason);

/// <summary>
/// Whether intensive outpatient is the right level of care: six questions, each answered. Every one must be a yes; a no has a
/// reason, and then another level is recommended.
/// </summary>
/// <param name="IsEligible">Whether all answers are yes.</param>
/// <param name="RecommendedLevel">The level recommended instead; null when eligible.</param>
internal sealed record Eligibility(bool IsEligible, LevelOfCare? RecommendedLevel)
{
    /// <summary>Decides by the answers of a request, and notes what is wrong with them under the names of its fields.</summary>
    public static Eligibility Decide(IReadOnlyList<GivenAnswer> answers, LevelOfCare? recommendedLevel, Validation validation)
    {
        var answered = new HashSet<EligibilityQuestion>();
        for (var i = 0; i < answers.Count; i++)
        {
            var question = validation.Choice(answers[i].Question, $"answers[{i}].question");
            validation.Require(answered.Add(question), $"answers[{i}].question", "is answered twice");
            if (answers[i].Yes)
            {
                validation.OptionalText(answers[i].Reason, $"answers[{i}].reason", 1000);
            }
            else
            {
                validation.Text(answers[i].Reason, $"answers[{i}].reason", 1000);
            }
        }

        foreach (var question in Enum.GetValues<EligibilityQuestion>().Where(question => !answered.Contains(question)))
        {
            validation.Fail("answers", $"lacks {question}");
        }

        var isEligible = answers.All(answer => answer.Yes);
        if (isEligible)
        {
            validation.Require(
                recommendedLevel is null or LevelOfCare.IntensiveOutpatient,
                "recommended_level",
                "must be absent when every answer is yes");
            return new Eligibility(true, RecommendedLevel: null);
        }

        validation.Require(
            recommendedLevel is { } level && Enum.IsDefined(level) && level != LevelOfCare.IntensiveOutpatient,
            "recommended_level",
            "is required when an answer is no, and must be another level than intensive outpatient");
        return new Eligibility(false, recommendedLevel);
    }
}
