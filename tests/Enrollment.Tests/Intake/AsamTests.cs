using Platform.Enrollment.Assessments;
using Platform.Enrollment.Assessments.Asam;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.RulePacks;
using Platform.Enrollment.Sites;
using Platform.Shared.Errors;

namespace Platform.Enrollment.Intake;

/// <summary>What an assessment by either edition must have.</summary>
public sealed class AsamTests
{
    private static readonly AsamRules Rules = CareRulePacks.Shipped.Section(r => r.Asam, new RuleScope(), new DateOnly(2026, 1, 1)).Rule;

    [Fact]
    public void The_third_edition_rates_six_dimensions_from_0_to_4()
    {
        var form = Form(AsamEdition.Third);
        form.Dimensions.Select(d => d.Code).ShouldBe(["1", "2", "3", "4", "5", "6"]);
        form.Ratings.ShouldBe(["0", "1", "2", "3", "4"]);
        Wrong(Finding(AsamEdition.Third)).ShouldBeEmpty();
        Wrong(Finding(AsamEdition.Third, r => r.RemoveAt(5))).ShouldBe(["assessment.ratings"]);
        Wrong(Finding(AsamEdition.Third, r => r[0] = new("1", "5", ""))).ShouldBe(["assessment.ratings[0].rating"]);
        Wrong(Finding(AsamEdition.Third, r => r[0] = new("1", "2", "2.1"))).ShouldBe(["assessment.ratings[0].minimum_level"]);
        Wrong(Finding(AsamEdition.Third, r => r.Add(new("1", "2", "")))).ShouldBe(["assessment.ratings[6].dimension"]);
        Wrong(Finding(AsamEdition.Third) with { Considerations = "wants evenings" }).ShouldBe(["assessment.person_centered_considerations"]);
        Wrong(Finding(AsamEdition.Third) with { RecommendedLevel = "1.5", ChosenLevel = "1.5" })
            .ShouldBe(["assessment.recommended_level", "assessment.chosen_level"]);
    }

    [Fact]
    public void The_fourth_edition_rates_subdimensions_of_five_dimensions_and_asks_for_the_sixth_in_words()
    {
        var form = Form(AsamEdition.Fourth);
        form.Dimensions.Select(d => d.Code[0]).Distinct().ShouldBe("12345");
        Wrong(Finding(AsamEdition.Fourth)).ShouldBeEmpty();
        Wrong(Finding(AsamEdition.Fourth) with { Considerations = "" }).ShouldBe(["assessment.person_centered_considerations"]);
        Wrong(Finding(AsamEdition.Fourth) with { RecommendedLevel = "0.5", ChosenLevel = "0.5" })
            .ShouldBe(["assessment.recommended_level", "assessment.chosen_level"]);
    }

    [Fact]
    public void Another_level_than_the_recommended_one_has_a_reason()
    {
        Wrong(Finding(AsamEdition.Third) with { ChosenLevel = "2.5" }).ShouldBe(["assessment.difference_reason"]);
        Wrong(Finding(AsamEdition.Third) with { ChosenLevel = "2.5", DifferenceReason = "no place at 2.1" }).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("1", "4", true)]
    [InlineData("3", "4", true)]
    [InlineData("4", "4", false)]
    [InlineData("1", "3", false)]
    public void A_4_in_the_first_three_dimensions_of_the_third_edition_asks_for_a_reason_to_stay_ambulatory(
        string dimension, string rating, bool asks)
    {
        var finding = Finding(AsamEdition.Third, r => r[int.Parse(dimension) - 1] = new(dimension, rating, ""));
        Wrong(finding).ShouldBe(asks ? ["assessment.risk_reason"] : []);
        Wrong(finding with { RiskReason = "withdrawal is managed by her physician" }).ShouldBeEmpty();
        Wrong(finding with { RecommendedLevel = "3.7", ChosenLevel = "3.7" }).ShouldBeEmpty();
    }

    [Fact]
    public void One_rating_of_the_fourth_edition_above_the_chosen_level_asks_for_a_reason_however_low_the_others_are()
    {
        var finding = Finding(AsamEdition.Fourth, r => r[3] = r[3] with { Rating = "C", MinimumLevel = "3.1" });
        Wrong(finding).ShouldBe(["assessment.risk_reason"]);
        Wrong(finding with { RecommendedLevel = "3.1", ChosenLevel = "3.1" }).ShouldBeEmpty();
    }

    [Fact]
    public void Each_level_of_an_edition_is_a_level_of_care_and_they_grow()
    {
        foreach (var form in Rules.Forms)
            form.Levels.Select(level => level.Care).ShouldBeInOrder();
        Form(AsamEdition.Fourth).Levels.Single(l => l.Code == "2.1").Care.ShouldBe(LevelOfCare.IntensiveOutpatient);
    }

    [Theory]
    [InlineData("VA", Track.SubstanceUse, null, null, Assessed.Enough)]
    [InlineData("CA", Track.MentalHealth, null, null, Assessed.Enough)]
    [InlineData("CA", Track.SubstanceUse, null, null, Assessed.Missing)]
    [InlineData("CA", Track.SubstanceUse, 31, LevelOfCare.IntensiveOutpatient, Assessed.Missing)]
    [InlineData("CA", Track.SubstanceUse, 30, LevelOfCare.IntensiveOutpatient, Assessed.Enough)]
    [InlineData("CA", Track.DualDiagnosis, 0, LevelOfCare.Residential, Assessed.OtherLevel)]
    internal void An_admission_needs_the_assessment_that_the_state_asks_for_the_track(
        string state, Track track, int? daysAgo, LevelOfCare? chosen, Assessed expected) =>
        new AssessedRule()
            .Decide(
                CareRulePacks.Shipped, new RuleScope(state, track), new DateOnly(2026, 1, 1),
                new AssessedFacts(daysAgo, chosen, LevelOfCare.IntensiveOutpatient))
            .Outcome.ShouldBe(expected);

    private static AsamForm Form(AsamEdition edition) => Rules.Forms.Single(form => form.Edition == edition);

    private static AsamFinding Finding(AsamEdition edition, Action<List<AsamRating>>? change = null)
    {
        var ratings = Form(edition).Dimensions.Select(d => new AsamRating(d.Code, "0", "")).ToList();
        change?.Invoke(ratings);
        return new AsamFinding(edition, ratings, edition == AsamEdition.Fourth ? "wants evenings" : "", "2.1", "2.1", "", "");
    }

    private static IEnumerable<string> Wrong(AsamFinding finding)
    {
        var validation = new Validation();
        finding.Check(Form(finding.Edition), validation);
        return validation.Violations.Select(v => v.Field);
    }
}
