using Google.Protobuf.Collections;
using Platform.Shared.Errors;

namespace Platform.Enrollment.Referrals;

/// <summary>The answers to the six questions of eligibility, between the API and the store.</summary>
internal static class EligibilityRequest
{
    private const int LongestReason = 1000;

    /// <summary>
    /// Takes the answers of a request: each question is answered once, and a no has a reason. All that is wrong goes to
    /// <paramref name="validation"/>.
    /// </summary>
    public static IReadOnlyList<GivenAnswer> Parse(RepeatedField<V1.EligibilityAnswer> given, Validation validation)
    {
        var answered = new HashSet<V1.EligibilityQuestion>();
        var answers = new List<GivenAnswer>(given.Count);
        for (var i = 0; i < given.Count; i++)
        {
            var question = validation.Choice(given[i].Question, $"answers[{i}].question");
            validation.Require(answered.Add(question), $"answers[{i}].question", "is answered twice");
            var reason = given[i].Yes
                ? validation.OptionalNarrative(given[i].Reason, $"answers[{i}].reason", LongestReason)
                : validation.Narrative(given[i].Reason, $"answers[{i}].reason", LongestReason);
            answers.Add(new((EligibilityQuestion)question, given[i].Yes, reason));
        }

        var questions = V1.EligibilityAnswer.Descriptor.FindFieldByNumber(V1.EligibilityAnswer.QuestionFieldNumber).EnumType.Values;
        foreach (var missing in questions.Where(q => q.Number != 0 && !answered.Contains((V1.EligibilityQuestion)q.Number)))
        {
            validation.Fail("answers", $"lacks {missing.Name}");
        }

        return answers;
    }
}
