using FsCheck;
using FsCheck.Fluent;
using Platform.Enrollment.Referrals.Duplicates;
using Platform.Enrollment.RulePacks;

namespace Platform.Enrollment.Intake;

public sealed class LikenessTests
{
    private static readonly DuplicateRules Rules =
        CareRulePacks.Shipped.Section(r => r.Duplicates, new RuleScope(), new DateOnly(2026, 1, 1)).Rule;

    // The examples of the National Archives, and of those who explain them.
    [Theory]
    [InlineData("Washington", "W252")]
    [InlineData("Lee", "L000")]
    [InlineData("Gutierrez", "G362")]
    [InlineData("Pfister", "P236")]
    [InlineData("Jackson", "J250")]
    [InlineData("Tymczak", "T522")]
    [InlineData("Ashcraft", "A261")]
    [InlineData("Kuhne", "K500")]
    [InlineData("Schaefer", "S160")]
    [InlineData("Núñez", "N520")]
    [InlineData("李", "")]
    public void A_family_name_has_the_code_of_the_National_Archives(string name, string code) => Soundex.Of(name).ShouldBe(code);

    // Winkler 1990, table of examples.
    [Theory]
    [InlineData("MARTHA", "MARHTA", 0.961)]
    [InlineData("DWAYNE", "DUANE", 0.840)]
    [InlineData("DIXON", "DICKSONX", 0.813)]
    [InlineData("JONES", "JOHNSON", 0.832)]
    [InlineData("ABROMS", "ABRAMS", 0.922)]
    [InlineData("SAME", "SAME", 1)]
    [InlineData("ABC", "XYZ", 0)]
    [InlineData("", "A", 0)]
    public void Names_are_as_close_as_Winkler_says(string a, string b, double similarity) =>
        JaroWinkler.Similarity(a, b).ShouldBe(similarity, 0.0006);

    [Fact]
    public void Closeness_does_not_depend_on_who_came_first_and_lies_between_0_and_1()
    {
        var name = Gen.Elements("ABCDE".ToCharArray()).ArrayOf().Select(letters => new string(letters));
        Prop.ForAll((from a in name from b in name select (a, b)).ToArbitrary(), pair =>
        {
            var forth = JaroWinkler.Similarity(pair.a, pair.b);
            return forth is >= 0 and <= 1 && Math.Abs(forth - JaroWinkler.Similarity(pair.b, pair.a)) < 1e-9;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_days_that_are_looked_up_are_those_that_compare()
    {
        var first = new DateOnly(1930, 1, 1);
        var days = Gen.Choose(0, 30_000).Select(first.AddDays);
        Prop.ForAll(days.ToArbitrary(), day =>
        {
            var near = BirthDates.Near(day);
            near.ShouldNotContain(day);
            near.ShouldAllBe(other => BirthDates.Compare(day, other) != null && BirthDates.Compare(other, day) != null);
            near.Count.ShouldBeLessThan(60);
            return Enumerable.Range(-400, 800).Select(day.AddDays)
                .All(other => other == day || BirthDates.Compare(day, other) is null || near.Contains(other));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("Jon", "Smith", "1980-03-04", "John", "Smith", "1980-03-04", MatchReason.NameAndBirthDate)]
    [InlineData("Maria", "García", "1980-03-04", "María", "Garcia", "1980-04-03", MatchReason.NameAndSwappedBirthDate)]
    [InlineData("Maria", "Garcia", "1980-03-04", "Maria", "Garcia", "1986-03-04", MatchReason.NameAndOneDigitOff)]
    [InlineData("Smith", "John", "1980-03-04", "John", "Smith", "1980-03-04", MatchReason.NameAndBirthDate)]
    [InlineData("明", "李", "1980-03-04", "明", "李", "1980-04-03", MatchReason.NameAndSwappedBirthDate)]
    [InlineData("Олена", "Шевченко", "1980-03-04", "ОЛЕНА", "Шевчено", "1980-03-04", MatchReason.NameAndBirthDate)]
    [InlineData("明", "李", "1980-03-04", "华", "李", "1980-03-04", null)]
    [InlineData("John", "Smith", "1980-03-04", "Mary", "Smith", "1980-03-04", null)]
    [InlineData("John", "Smith", "1980-03-04", "John", "Smith", "1991-11-28", null)]
    public void Close_names_and_a_birth_date_with_at_most_one_slip_may_be_one_person(
        string given, string family, string born, string otherGiven, string otherFamily, string otherBorn, object? reason) =>
        new Identity(given, family, DateOnly.Parse(born))
            .Compare(new Identity(otherGiven, otherFamily, DateOnly.Parse(otherBorn)), Rules)
            .ShouldBe((MatchReason?)reason);
}
