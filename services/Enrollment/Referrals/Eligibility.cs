using Platform.Enrollment.RulePacks;
using Platform.Shared.Errors;
using Platform.Shared.RulePacks;

namespace Platform.Enrollment.Referrals;

/// <summary>Section <c>eligibility</c>: which of the six questions a program asks a yes to. All six are answered in any case.</summary>
/// <param name="MustBeYes">The questions.</param>
internal sealed record EligibilityRules(IReadOnlyList<EligibilityQuestion> MustBeYes) : IRuleSection
{
    /// <inheritdoc/>
    public void Check(RuleErrors errors)
    {
        errors.Require(MustBeYes.Count > 0, "mustBeYes", "is empty");
        errors.Require(MustBeYes.Distinct().Count() == MustBeYes.Count, "mustBeYes", "has a question twice");
    }
}

/// <summary>What eligibility is decided of.</summary>
/// <param name="Noes">The questions that were answered with a no.</param>
internal sealed record EligibilityFacts(IReadOnlyList<EligibilityQuestion> Noes);

/// <summary>Decides whether the answers to the six questions allow admission.</summary>
internal sealed class EligibilityRule : DecisionRule<EligibilityFacts, bool>
{
    /// <inheritdoc/>
    public override string Kind => "referral.eligibility";

    /// <inheritdoc/>
    public override Decided<bool> Decide(RulePackSet<CareRules> set, RuleScope scope, DateOnly day, EligibilityFacts facts)
    {
        var rules = set.Section(r => r.Eligibility, scope, day);
        return new Decided<bool>(!facts.Noes.Any(rules.Rule.MustBeYes.Contains), rules.Pack);
    }
}

/// <summary>An answer as it was given.</summary>
/// <param name="Question">Which question.</param>
/// <param name="Yes">Whether it is so.</param>
/// <param name="Reason">Why not; may be empty with a yes.</param>
internal sealed record GivenAnswer(EligibilityQuestion Question, bool Yes, string Reason);

/// <summary>Whether intensive outpatient is the right level of care. When it is not, another level is recommended.</summary>
/// <param name="IsEligible">Whether the answers allow admission.</param>
/// <param name="RecommendedLevel">The level recommended instead; null when eligible.</param>
internal sealed record Eligibility(bool IsEligible, LevelOfCare? RecommendedLevel)
{
    /// <summary>The decision with the level that was recommended.</summary>
    /// <exception cref="DomainException">INVALID_ARGUMENT: a level with an eligible referral, or none with another.</exception>
    public static Eligibility Of(bool isEligible, LevelOfCare? recommendedLevel)
    {
        var validation = new Validation();
        validation.Require(
            !isEligible || recommendedLevel is null or LevelOfCare.IntensiveOutpatient,
            "recommended_level",
            "must be absent when the answers allow admission");
        validation.Require(
            isEligible
                || (recommendedLevel is { } level && Enum.IsDefined(level) && level != LevelOfCare.IntensiveOutpatient),
            "recommended_level",
            "is required when the answers do not allow admission, and must be another level than intensive outpatient");
        validation.ThrowIfInvalid();
        return new Eligibility(isEligible, isEligible ? null : recommendedLevel);
    }
}
