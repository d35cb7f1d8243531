using FsCheck;
using FsCheck.Fluent;
using Platform.Shared.RulePacks;

namespace Platform.Shared.Tests.RulePacks;

/// <summary>Which pack holds, whatever the packs are about.</summary>
public sealed class RulePackSetTests
{
    private static readonly RulePackFormat<Rules> Format = new(
        [new RuleDimension("light", value => value.Length == 1, "is not a letter"), new RuleDimension("heavy", value => value.Length == 1, "is not a letter")],
        rules => new[] { (Name: "a", Section: rules.A), (Name: "b", Section: rules.B) }.Where(s => s.Section is not null).Select(s => s.Name),
        (_, _) => { });

    private static readonly DateOnly First = new(2026, 1, 1);

    [Fact]
    public void A_pack_that_names_the_heavier_dimension_goes_first()
    {
        var set = new RulePackSet<Rules>(Format, [Pack("all"), Pack("light", light: "x"), Pack("heavy", heavy: "x"), Pack("both", light: "x", heavy: "x")]);
        string For(string? light, string? heavy) => set.For(dimension => dimension == "light" ? light : heavy, First)!.Name;
        (For("x", "x"), For("y", "x"), For("x", null), For(null, "y")).ShouldBe(("both", "heavy", "light", "all"));
    }

    [Fact]
    public void A_version_holds_from_its_first_day_to_its_last()
    {
        var set = new RulePackSet<Rules>(Format, [Pack("old", to: First.AddDays(9)), Pack("new", from: First.AddDays(10), to: First.AddDays(20))]);
        string? On(int day) => set.For(_ => null, First.AddDays(day))?.Name;
        (On(-1), On(0), On(9), On(10), On(20), On(21)).ShouldBe((null, "old", "old", "new", "new", null));
    }

    [Fact]
    public void The_same_name_and_version_twice_is_refused_whatever_its_days() =>
        Should.Throw<InvalidDataException>(() => new RulePackSet<Rules>(Format, [Pack("one", to: First), Pack("one", from: First.AddDays(5))]));

    // What a section says never depends on the order in which packs were read: among those that hold no two go equally far.
    [Fact]
    public void Whatever_packs_are_right_together_one_answer_is_found_in_any_order()
    {
        var value = Gen.Elements<string?>("x", "y", null);
        var pack = from name in Gen.Choose(0, 25)
                   from light in value
                   from heavy in value
                   from start in Gen.Choose(0, 5)
                   from days in Gen.Choose(0, 5)
                   from a in Gen.Elements(true, false)
                   from layer in Gen.Choose(0, 1)
                   select Pack($"p{(char)('a' + name)}", light, heavy, First.AddDays(start), First.AddDays(start + days), a) with { Layer = layer };
        var cases = (from packs in pack.ListOf()
                     from light in value
                     from heavy in value
                     from day in Gen.Choose(0, 10)
                     select (Packs: Together(packs), light, heavy, On: First.AddDays(day))).ToArbitrary();
        Prop.ForAll(cases, c =>
        {
            string? ValueOf(string dimension) => dimension == "light" ? c.light : c.heavy;
            var one = new RulePackSet<Rules>(Format, c.Packs);
            var other = new RulePackSet<Rules>(Format, c.Packs.AsEnumerable().Reverse());
            return one.Find(r => r.A, ValueOf, c.On) == other.Find(r => r.A, ValueOf, c.On)
                && one.Find(r => r.B, ValueOf, c.On) == other.Find(r => r.B, ValueOf, c.On);
        }).QuickCheckThrowOnFailure();
    }

    // Those that can stand beside the ones before them.
    private static List<RulePack<Rules>> Together(IEnumerable<RulePack<Rules>> packs)
    {
        var chosen = new List<RulePack<Rules>>();
        foreach (var pack in packs)
        {
            if (!new RulePackSet<Rules>(Format, chosen).CollisionsOf(pack).Any())
                chosen.Add(pack);
        }
        return chosen;
    }

    private static RulePack<Rules> Pack(
        string name, string? light = null, string? heavy = null, DateOnly? from = null, DateOnly? to = null, bool a = true)
    {
        var scope = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (light is not null)
            scope["light"] = [light];
        if (heavy is not null)
            scope["heavy"] = [heavy];
        return new RulePack<Rules>(name, 1, from ?? First, to, scope, a ? new Rules(new Section(name), null) : new Rules(null, new Section(name)));
    }

    public sealed record Rules(Section? A, Section? B);

    public sealed record Section(string Says);
}
