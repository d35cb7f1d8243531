using Platform.Shared.RulePacks;

namespace Platform.Billing.RulePacks;

/// <summary>The rule packs of Billing: what must be true of each before a day is charged under it, and which one holds.</summary>
internal static class BillingPacks
{
    private const int MinutesInADay = 24 * 60;

    /// <summary>What a pack looks like. A pack for a payer goes before one for a state, and both before one for all.</summary>
    public static RulePackFormat<BillingRules> Format { get; } = new(
        [
            new RuleDimension("state", value => value.Length == 2 && value.All(char.IsAsciiLetterUpper), "is not two capital letters"),
            new RuleDimension("payer", value => value.Length > 0, "is not a payer's code"),
        ],
        _ => ["rules"],
        Check);

    /// <summary>The packs that the service carries. Whatever is wrong with one of them stops the service at its start, by name.</summary>
    /// <exception cref="InvalidDataException">One is wrong, or two go equally far.</exception>
    public static RulePackSet<BillingRules> Load() => new(Format, Format.Load(typeof(BillingPacks).Assembly, ".RulePacks.Packs."));

    /// <summary>The pack for a day; null when none holds, which for the packs of the service is a day before 2001 only.</summary>
    /// <param name="packs">The packs.</param>
    /// <param name="state">Two-letter code of the site's state.</param>
    /// <param name="payerCode">The payer; null while none is known.</param>
    /// <param name="on">The service day.</param>
    public static RulePack<BillingRules>? For(this RulePackSet<BillingRules> packs, string state, string? payerCode, DateOnly on) =>
        packs.For(dimension => dimension == "state" ? state : payerCode, on);

    private static void Check(BillingRules rules, RuleErrors errors)
    {
        for (var i = 0; i < rules.PerDiem.Count; i++)
        {
            var at = errors.At("perDiem").At(i);
            at.Range(rules.PerDiem[i].FloorMinutes, "floorMinutes", 1, MinutesInADay);
            at.Require(rules.PerDiem[i].Code.Length == 5, "code", "must have five characters");
        }

        errors.Require(rules.PerDiem.Select(rule => rule.Code).Distinct().Count() == rules.PerDiem.Count, "perDiem", "has a code twice");
        foreach (var track in Enum.GetValues<Track>())
        {
            errors.Require(rules.PerDiemFor(track).Any(), "perDiem", $"has no rule for {track}");
        }

        errors.At("claim").Require(rules.Claim.FacilityType.Length == 2, "facilityType", "must have two digits");
    }
}
