using Platform.Enrollment.Referrals;
using Platform.Enrollment.RulePacks;
using Platform.Shared.RulePacks;

namespace Platform.Enrollment.Assessments.Asam;

/// <summary>Edition of the ASAM Criteria. Numbered as in the API.</summary>
internal enum AsamEdition
{
    /// <summary>Third edition (2013).</summary>
    Third = 1,

    /// <summary>Fourth edition (2023).</summary>
    Fourth = 2,
}

/// <summary>A level of care as an edition counts them.</summary>
/// <param name="Code">Its code, such as <c>2.1</c>.</param>
/// <param name="Care">What it is here.</param>
internal sealed record AsamLevel(string Code, LevelOfCare Care);

/// <summary>A dimension, or a subdimension, that is rated.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Name">Its name in the edition.</param>
internal sealed record AsamDimension(string Code, string Name);

/// <summary>A rating that points to more care than an ambulatory level: a lower one is explained.</summary>
/// <param name="Dimensions">Codes of the dimensions.</param>
/// <param name="Ratings">The ratings.</param>
/// <param name="LeastLevel">Code of the level below which a reason is required.</param>
internal sealed record AsamRiskFlag(IReadOnlyList<string> Dimensions, IReadOnlyList<string> Ratings, string LeastLevel);

/// <summary>What an assessment by an edition looks like. The decision rules of the criteria are licensed and not among it.</summary>
/// <param name="Edition">Which.</param>
/// <param name="Source">Where this comes from, and what of it is not sure.</param>
/// <param name="Levels">The levels, the least intensive first.</param>
/// <param name="Dimensions">What is rated.</param>
/// <param name="Ratings">The ratings.</param>
/// <param name="RatingsHaveLevels">Whether a rating names the least level that it stands for.</param>
/// <param name="AsksConsiderations">Whether person-centered considerations are a dimension, which is not rated.</param>
/// <param name="Flags">Ratings that ask for a reason.</param>
internal sealed record AsamForm(
    AsamEdition Edition, string Source, IReadOnlyList<AsamLevel> Levels, IReadOnlyList<AsamDimension> Dimensions,
    IReadOnlyList<string> Ratings, bool RatingsHaveLevels, bool AsksConsiderations, IReadOnlyList<AsamRiskFlag> Flags)
{
    /// <summary>How intensive a level is among those of the edition; below zero when it is none of them.</summary>
    public int RankOf(string level) => Levels.Select(known => known.Code).ToList().IndexOf(level);
}

/// <summary>Section <c>asam</c>: the editions that are accepted.</summary>
/// <param name="Forms">One for each.</param>
internal sealed record AsamRules(IReadOnlyList<AsamForm> Forms) : IRuleSection
{
    /// <inheritdoc/>
    public void Check(RuleErrors errors)
    {
        errors.Require(Forms.Count > 0, "forms", "is empty");
        errors.Require(Forms.DistinctBy(form => form.Edition).Count() == Forms.Count, "forms", "has an edition twice");
        for (var i = 0; i < Forms.Count; i++)
        {
            var (form, at) = (Forms[i], errors.At("forms").At(i));
            at.Require(form.Levels.DistinctBy(level => level.Code).Count() == form.Levels.Count, "levels", "has a code twice");
            at.Require(form.Dimensions.DistinctBy(d => d.Code).Count() == form.Dimensions.Count, "dimensions", "has a code twice");
            at.Require(form.Levels.Count > 0, "levels", "is empty");
            at.Require(form.Dimensions.Count > 0, "dimensions", "is empty");
            at.Require(form.Ratings.Count > 0, "ratings", "is empty");
            for (var j = 0; j < form.Flags.Count; j++)
            {
                var (flag, flagAt) = (form.Flags[j], at.At("flags").At(j));
                flagAt.Require(form.RankOf(flag.LeastLevel) >= 0, "leastLevel", "is no level of the edition");
                flagAt.Require(
                    flag.Dimensions.All(code => form.Dimensions.Any(d => d.Code == code)), "dimensions", "names one that is not rated");
                flagAt.Require(flag.Ratings.All(form.Ratings.Contains), "ratings", "names one that does not exist");
            }
        }
    }
}
