using Platform.Enrollment.Referrals;
using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Assessments.Asam;

/// <summary>The rating of a dimension or subdimension. Ratings stand each for itself; nothing is computed of several.</summary>
/// <param name="Dimension">Its code.</param>
/// <param name="Rating">The rating.</param>
/// <param name="MinimumLevel">The least level that the rating stands for; empty for none.</param>
internal sealed record AsamRating(string Dimension, string Rating, string MinimumLevel);

/// <summary>What a clinician found.</summary>
internal sealed record AsamFinding(
    AsamEdition Edition, IReadOnlyList<AsamRating> Ratings, string Considerations, string RecommendedLevel, string ChosenLevel,
    string DifferenceReason, string RiskReason)
{
    /// <summary>Notes what does not fit the edition, or lacks a reason, under <c>assessment</c>.</summary>
    public void Check(AsamForm form, Validation validation)
    {
        var rated = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Ratings.Count; i++)
        {
            CheckRating(form, Ratings[i], $"assessment.ratings[{i}]", rated, validation);
        }

        foreach (var dimension in form.Dimensions.Where(d => !rated.Contains(d.Code)))
        {
            validation.Fail("assessment.ratings", $"lack {dimension.Code}, {dimension.Name}");
        }

        validation.Require(
            form.AsksConsiderations == Considerations.Length > 0, "assessment.person_centered_considerations",
            form.AsksConsiderations ? "is required in this edition" : "is no dimension of this edition");
        var (recommended, chosen) = (form.RankOf(RecommendedLevel), form.RankOf(ChosenLevel));
        validation.Require(recommended >= 0, "assessment.recommended_level", "is not a level of the edition");
        validation.Require(chosen >= 0, "assessment.chosen_level", "is not a level of the edition");
        validation.Require(
            chosen == recommended || DifferenceReason.Length > 0, "assessment.difference_reason",
            "is required when the chosen level is not the recommended one");
        validation.Require(
            chosen < 0 || RiskReason.Length > 0 || chosen >= LeastRank(form), "assessment.risk_reason",
            "is required when the chosen level is below what a rating points to");
    }

    /// <summary>The most intensive of the levels that single ratings point to.</summary>
    private int LeastRank(AsamForm form)
    {
        var ofFlags =
            from flag in form.Flags
            where Ratings.Any(r => flag.Dimensions.Contains(r.Dimension) && flag.Ratings.Contains(r.Rating))
            select form.RankOf(flag.LeastLevel);
        return Ratings.Where(r => r.MinimumLevel.Length > 0).Select(r => form.RankOf(r.MinimumLevel)).Concat(ofFlags).DefaultIfEmpty(0).Max();
    }

    private static void CheckRating(AsamForm form, AsamRating rating, string field, HashSet<string> rated, Validation validation)
    {
        validation.Require(
            form.Dimensions.Any(d => d.Code == rating.Dimension), $"{field}.dimension", "is not rated in this edition");
        validation.Require(rated.Add(rating.Dimension), $"{field}.dimension", "is rated twice");
        validation.Require(form.Ratings.Contains(rating.Rating), $"{field}.rating", "is not a rating of this edition");
        validation.Require(
            rating.MinimumLevel.Length == 0 || (form.RatingsHaveLevels && form.RankOf(rating.MinimumLevel) >= 0),
            $"{field}.minimum_level", form.RatingsHaveLevels ? "is not a level of the edition" : "is not part of this edition's ratings");
    }
}

/// <summary>An assessment by the ASAM Criteria. It never changes; a newer one takes its place.</summary>
internal sealed class AsamAssessment : ITenantOwned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid PersonId { get; init; }

    /// <summary>The referral that it was made for; null when for none.</summary>
    public Guid? ReferralId { get; init; }

    public AsamEdition Edition { get; init; }

    public DateOnly AssessedOn { get; init; }

    public IReadOnlyList<AsamRating> Ratings { get; init; } = [];

    /// <summary>Dimension 6 of the fourth edition, in words; empty in the third.</summary>
    public string Considerations { get; init; } = string.Empty;

    /// <summary>Code of the edition.</summary>
    public string RecommendedLevel { get; init; } = string.Empty;

    /// <summary>Code of the edition.</summary>
    public string ChosenLevel { get; init; } = string.Empty;

    /// <summary>What the chosen level is here.</summary>
    public LevelOfCare ChosenCare { get; init; }

    /// <summary>Why the chosen level is not the recommended one; empty when it is.</summary>
    public string DifferenceReason { get; init; } = string.Empty;

    /// <summary>Why the chosen level is below what a rating points to; empty when it is not.</summary>
    public string RiskReason { get; init; } = string.Empty;

    public bool NeedsCoOccurringEnhanced { get; init; }

    public string AssessedBy { get; init; } = string.Empty;

    public DateTimeOffset RecordedAt { get; init; }

    /// <summary>Rule pack that it was checked by.</summary>
    public string RulePack { get; init; } = string.Empty;
}
