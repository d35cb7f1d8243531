namespace Platform.Billing.RulePacks;

/// <summary>What must be true of rule packs before a day is charged under them.</summary>
internal static class RulePackRules
{
    private const int MinutesInADay = 24 * 60;

    /// <summary>Checks one pack.</summary>
    /// <exception cref="InvalidDataException">It is wrong; the text says what.</exception>
    public static void Check(RulePack pack)
    {
        Require(pack, pack.Name.Length > 0 && pack.Name.All(c => char.IsAsciiLetterLower(c) || c == '-'), "name must be lower-case letters and dashes");
        Require(pack, pack.Version > 0, "version must be at least 1");
        Require(pack, pack.EffectiveTo is not { } last || last >= pack.EffectiveFrom, "effectiveTo is before effectiveFrom");
        Require(pack, pack.States.All(state => state.Length == 2 && state.All(char.IsAsciiLetterUpper)), "a state is two capital letters");
        Require(pack, pack.PerDiem.All(rule => rule.FloorMinutes is > 0 and <= MinutesInADay), "a floor is from 1 to 1,440 minutes");
        Require(pack, pack.PerDiem.All(rule => rule.Code.Length == 5), "a per-diem code has five characters");
        Require(pack, pack.PerDiem.Select(rule => rule.Code).Distinct().Count() == pack.PerDiem.Count, "a per-diem code stands twice");
        Require(pack, pack.Claim.FacilityType.Length == 2, "facilityType has two digits");
        foreach (var track in Enum.GetValues<Track>())
        {
            Require(pack, pack.PerDiemFor(track).Any(), $"no per-diem rule is for {track}");
        }
    }

    /// <summary>Checks that for no site, payer and day two packs have the same precedence.</summary>
    /// <exception cref="InvalidDataException">Two have; the text names them.</exception>
    public static void CheckTogether(IReadOnlyList<RulePack> packs)
    {
        for (var i = 0; i < packs.Count; i++)
        {
            for (var j = i + 1; j < packs.Count; j++)
            {
                if (Collide(packs[i], packs[j]))
                {
                    throw new InvalidDataException($"Rule packs {packs[i].Id} and {packs[j].Id} hold for the same days, states and payers.");
                }
            }
        }
    }

    private static bool Collide(RulePack a, RulePack b) =>
        a.Id == b.Id
        || (a.Precedence == b.Precedence
            && Overlap(a.States, b.States)
            && Overlap(a.PayerCodes, b.PayerCodes)
            && a.EffectiveFrom <= (b.EffectiveTo ?? DateOnly.MaxValue)
            && b.EffectiveFrom <= (a.EffectiveTo ?? DateOnly.MaxValue));

    private static bool Overlap(IReadOnlyList<string> a, IReadOnlyList<string> b) =>
        (a.Count == 0 && b.Count == 0) || a.Intersect(b, StringComparer.Ordinal).Any();

    private static void Require(RulePack pack, bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidDataException($"Rule pack {pack.Id}: {what}.");
        }
    }
}
