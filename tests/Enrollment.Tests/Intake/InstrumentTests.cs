using FsCheck;
using FsCheck.Fluent;
using Platform.Enrollment.Assessments.Safety;
using Platform.Enrollment.Assessments.Screening;
using Platform.Enrollment.Outcomes;
using Platform.Enrollment.RulePacks;
using Platform.Shared.Errors;

namespace Platform.Enrollment.Intake;

/// <summary>The published rules of the instruments.</summary>
public sealed class InstrumentTests
{
    // Kroenke 2001, table 4: the cut points are 5, 10, 15 and 20.
    [Theory]
    [InlineData(0, "MINIMAL")]
    [InlineData(4, "MINIMAL")]
    [InlineData(5, "MILD")]
    [InlineData(9, "MILD")]
    [InlineData(10, "MODERATE")]
    [InlineData(15, "MODERATELY_SEVERE")]
    [InlineData(19, "MODERATELY_SEVERE")]
    [InlineData(20, "SEVERE")]
    [InlineData(27, "SEVERE")]
    public void The_phq9_has_five_bands(int score, string band) => Instruments.Of(Instrument.Phq9).Scales[0].BandOf(score).ShouldBe(band);

    [Theory]
    [InlineData(4, "MINIMAL")]
    [InlineData(5, "MILD")]
    [InlineData(10, "MODERATE")]
    [InlineData(14, "MODERATE")]
    [InlineData(15, "SEVERE")]
    public void The_gad7_has_four_bands(int score, string band) => Instruments.Of(Instrument.Gad7).Scales[0].BandOf(score).ShouldBe(band);

    [Fact]
    public void The_highest_scores_are_the_published_ones()
    {
        static Dictionary<string, int> Highest(Instrument instrument)
        {
            var form = Instruments.Of(instrument);
            return form.Score(form.Items.ToDictionary(i => i.Code, i => i.Values.Max())).ToDictionary();
        }
        Highest(Instrument.Phq9).ShouldBe(new() { ["TOTAL"] = 27 });
        Highest(Instrument.Gad7).ShouldBe(new() { ["TOTAL"] = 21 });
        Highest(Instrument.Bam).ShouldBe(new() { ["USE"] = 12, ["RISK"] = 24, ["PROTECTIVE"] = 24 });
        Highest(Instrument.BamR).ShouldBe(new() { ["USE"] = 90, ["RISK"] = 180, ["PROTECTIVE"] = 180 });
        Instruments.Of(Instrument.Bam).Items.Count.ShouldBe(17 + 6);
    }

    [Fact]
    public void The_bam_counts_neither_the_drugs_in_particular_nor_the_satisfaction()
    {
        var form = Instruments.Of(Instrument.Bam);
        var answers = form.Items.ToDictionary(i => i.Code, _ => 0);
        foreach (var item in answers.Keys.Where(code => code.StartsWith('7') || code == "17"))
            answers[item] = 4;
        form.Score(answers).Values.ShouldAllBe(score => score == 0);
        (form.Scales[0].BandOf(0), form.Scales[0].BandOf(1)).ShouldBe(("", "ATTENTION"));
        (form.Scales[1].BandOf(11), form.Scales[1].BandOf(12)).ShouldBe(("", "ATTENTION"));
        (form.Scales[2].BandOf(12), form.Scales[2].BandOf(13)).ShouldBe(("ATTENTION", ""));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("1", 1)]
    [InlineData("2", 1)]
    [InlineData("2 3", 2)]
    [InlineData("6", 2)]
    [InlineData("2 4", 3)]
    [InlineData("2 5", 3)]
    [InlineData("6 6R", 3)]
    [InlineData("1 2 3 4 5 6 6R", 3)]
    public void The_screener_of_the_columbia_scale_is_triaged_by_its_worst_answer(string yes, int triage) =>
        Instruments.Of(Instrument.CSsrs).Score(yes.Split(' ').Where(item => item.Length > 0).ToDictionary(item => item, _ => 1))["TRIAGE"]
            .ShouldBe(triage);

    [Theory]
    [InlineData(Instrument.Phq9, 9, true)]
    [InlineData(Instrument.Phq9, 8, false)]
    [InlineData(Instrument.Gad7, 7, false)]
    internal void Item_9_of_the_phq9_above_0_is_an_alert_whatever_the_total(Instrument instrument, int item, bool raises)
    {
        var form = Instruments.Of(instrument);
        var answers = form.Items.ToDictionary(i => i.Code, i => i.Code == $"{item}" ? 1 : 0);
        var alert = new ScreeningRecord { Instrument = instrument, Answers = answers, Scores = form.Score(answers) }.Alert();
        alert.ShouldBe(raises ? (SafetyAlertKind.Phq9Item9, SafetySeverity.Assess) : null);
    }

    [Fact]
    public void Any_form_that_is_complete_is_taken_and_any_other_says_what_it_lacks_or_has_too_much()
    {
        var forms = Gen.Elements(Enum.GetValues<Instrument>()).Select(Instruments.Of);
        var cases = (from form in forms
                     from picks in Gen.Choose(0, 1000).ArrayOf(form.Items.Count)
                     from dropped in Gen.Choose(0, form.Items.Count - 1)
                     select (form, picks, dropped)).ToArbitrary();
        Prop.ForAll(cases, c =>
        {
            var answers = new List<(string Item, int Value)>();
            foreach (var (item, pick) in c.form.Items.Zip(c.picks))
            {
                if (item.OnlyAfter is null || answers.Any(a => a.Item == item.OnlyAfter && a.Value > 0))
                    answers.Add((item.Code, item.Values[pick % item.Values.Count]));
            }
            var complete = new Validation();
            var read = c.form.Read(answers, complete);
            complete.Violations.ShouldBeEmpty();
            c.form.Score(read).Values.ShouldAllBe(score => score >= 0);
            var lacking = new Validation();
            var without = answers[c.dropped % answers.Count].Item;
            c.form.Read([.. answers.Where(a => a.Item != without)], lacking);
            return lacking.Violations.Any(v => v.Description.Contains($"item {without}", StringComparison.Ordinal));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void An_answer_is_an_item_of_the_form_once_and_with_a_value_that_it_has()
    {
        var validation = new Validation();
        var answers = Enumerable.Range(1, 7).Select(i => ($"{i}", 1)).Append(("7", 2)).Append(("8", 1)).Append(("1", 4)).ToList();
        Instruments.Of(Instrument.Gad7).Read(answers, validation);
        validation.Violations.Select(v => v.Field).ShouldBe(["answers[7].item", "answers[8].item", "answers[9].item", "answers[9].value"]);
    }

    // Gyani et al. 2013: 6 points on the PHQ-9 and 4 on the GAD-7.
    [Theory]
    [InlineData(Instrument.Phq9, "TOTAL", -6, ScoreChange.Improved)]
    [InlineData(Instrument.Phq9, "TOTAL", -5, ScoreChange.None)]
    [InlineData(Instrument.Phq9, "TOTAL", 5, ScoreChange.None)]
    [InlineData(Instrument.Phq9, "TOTAL", 6, ScoreChange.Deteriorated)]
    [InlineData(Instrument.Gad7, "TOTAL", -4, ScoreChange.Improved)]
    [InlineData(Instrument.Gad7, "TOTAL", 3, ScoreChange.None)]
    [InlineData(Instrument.Bam, "PROTECTIVE", 20, ScoreChange.NotJudged)]
    [InlineData(Instrument.CSsrs, "TRIAGE", -3, ScoreChange.NotJudged)]
    internal void A_change_is_called_reliable_only_by_a_published_rule(Instrument instrument, string scale, int change, ScoreChange expected)
    {
        var rules = CareRulePacks.Shipped.Section(r => r.Outcomes, new RuleScope(), new DateOnly(2026, 1, 1)).Rule;
        ReliableChange.Judge(change, Instruments.Of(instrument).Scales.Single(s => s.Name == scale), rules.For(instrument, scale)).ShouldBe(expected);
    }

    [Fact]
    public void More_of_what_protects_is_better()
    {
        var scale = Instruments.Of(Instrument.Bam).Scales.Single(s => s.Name == "PROTECTIVE");
        var rule = new ReliableChange(Instrument.Bam, scale.Name, 5, "made up");
        ReliableChange.Judge(5, scale, rule).ShouldBe(ScoreChange.Improved);
        ReliableChange.Judge(-5, scale, rule).ShouldBe(ScoreChange.Deteriorated);
    }
}
