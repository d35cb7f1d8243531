using Platform.Shared.Errors;

namespace Platform.Shared.Tests.Errors;

/// <summary>What texts of a request may be.</summary>
public sealed class ValidationTests
{
    [Theory]
    [InlineData("Slept badly.\r\n\r\n\tAte well.\n", "Slept badly.\n\n\tAte well.")]
    [InlineData(" in one line ", "in one line")]
    [InlineData("1\r\n34", "1\n34")]
    public void A_narrative_has_lines_parted_by_LF_and_tabs(string given, string taken)
    {
        var validation = new Validation();
        validation.Narrative(given, "note", taken.Length).ShouldBe(taken);
        validation.OptionalNarrative(given, "note", taken.Length).ShouldBe(taken);
        validation.Violations.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData("a\rb")]
    [InlineData("a\vb")]
    [InlineData("a\u001bb")]
    [InlineData("a\u0085b")]
    [InlineData("more than ten")]
    public void A_narrative_has_no_other_control_characters_and_is_no_longer_than_it_may_be(string given)
    {
        var validation = new Validation();
        validation.Narrative(given, "note", 10);
        validation.OptionalNarrative(given, "other", 10);
        validation.Violations.Select(v => v.Field).ShouldBe(["note", "other"]);
    }

    [Fact]
    public void A_narrative_that_must_be_there_is_more_than_white_space()
    {
        var validation = new Validation();
        validation.Narrative(" \r\n\t", "note", 10);
        validation.OptionalNarrative(" \r\n\t", "other", 10).ShouldBeEmpty();
        validation.Violations.ShouldHaveSingleItem().Field.ShouldBe("note");
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\tb")]
    public void A_text_is_one_line(string given)
    {
        var validation = new Validation();
        validation.Text(given, "name");
        validation.OptionalText(given, "other");
        validation.Violations.Select(v => v.Field).ShouldBe(["name", "other"]);
    }
}
