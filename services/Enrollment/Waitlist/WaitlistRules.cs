using Platform.Enrollment.RulePacks;
using Platform.Shared.RulePacks;

namespace Platform.Enrollment.Waitlist;

/// <summary>Who goes first: priority classes in the order in which they are served.</summary>
/// <param name="Classes">The classes; a person is in the first whose facts are all so. The last one takes everybody.</param>
internal sealed record WaitlistRules(IReadOnlyList<PriorityClass> Classes) : IRuleSection
{
    /// <inheritdoc/>
    public void Check(RuleErrors errors)
    {
        errors.Require(Classes.Count is > 0 and <= 20, "classes", "must be 1 to 20");
        errors.Require(Classes.Count == 0 || Classes[^1].When.Count == 0, "classes", "must end with one that takes everybody");
        errors.Require(Classes.DistinctBy(c => c.Code).Count() == Classes.Count, "classes", "has a code twice");
        for (var i = 0; i < Classes.Count; i++)
        {
            var code = Classes[i].Code;
            errors.At("classes").At(i).Require(
                code.Length is > 0 and <= 40 && code.All(c => char.IsAsciiLetterUpper(c) || c == '_'), "code", "must be UPPER_SNAKE_CASE");
        }
    }
}

/// <summary>A priority class.</summary>
/// <param name="Code">Its name in UPPER_SNAKE_CASE.</param>
/// <param name="When">What must all be so of a person in it; empty for everybody.</param>
internal sealed record PriorityClass(string Code, IReadOnlyList<WaitlistFact> When);

/// <summary>What is so of a person who joins.</summary>
internal sealed record PriorityFacts(IReadOnlyList<WaitlistFact> Facts);

/// <summary>The class that was chosen.</summary>
/// <param name="Rank">Its number; 0 goes first.</param>
/// <param name="Class">Its code.</param>
internal sealed record Priority(int Rank, string Class);

/// <summary>
/// Chooses the priority class of a person. The base pack has the preference that programs with block grant funds give: pregnant
/// persons who inject drugs, pregnant persons who use substances, persons who inject drugs, then all others (45 CFR 96.131(a)).
/// </summary>
internal sealed class WaitlistPriority : DecisionRule<PriorityFacts, Priority>
{
    public static WaitlistPriority Instance { get; } = new();

    /// <inheritdoc/>
    public override string Kind => "waitlist.priority";

    /// <inheritdoc/>
    public override Decided<Priority> Decide(RulePackSet<CareRules> set, RuleScope scope, DateOnly day, PriorityFacts facts)
    {
        var (rules, pack) = set.Section(r => r.Waitlist, scope, day);
        var rank = rules.Classes.Index().First(c => c.Item.When.All(facts.Facts.Contains)).Index;
        return new Decided<Priority>(new Priority(rank, rules.Classes[rank].Code), pack);
    }
}

/// <summary>How an offer ended that was not used, and how often offers did before.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Declines">Offers declined, this one included.</param>
/// <param name="Lapses">Offers lapsed, this one included.</param>
internal sealed record ReturnFacts(OfferEnd End, int Declines, int Lapses);

/// <summary>Whether who did not take an offer stays in line.</summary>
internal sealed record ReturnOutcome(bool Stays);

/// <summary>Whether who did not take an offer returns to the same place in line, or is taken out of it.</summary>
internal sealed class WaitlistReturn : DecisionRule<ReturnFacts, ReturnOutcome>
{
    public static WaitlistReturn Instance { get; } = new();

    /// <inheritdoc/>
    public override string Kind => "waitlist.return";

    /// <inheritdoc/>
    public override Decided<ReturnOutcome> Decide(RulePackSet<CareRules> set, RuleScope scope, DateOnly day, ReturnFacts facts)
    {
        var (rules, pack) = set.Section(r => r.Offers, scope, day);
        var stays = facts.End switch
        {
            OfferEnd.Declined => facts.Declines <= rules.ReturnsAfterDecline,
            OfferEnd.Lapsed => facts.Lapses <= rules.ReturnsAfterLapse,
            _ => true,
        };
        return new Decided<ReturnOutcome>(new ReturnOutcome(stays), pack);
    }
}
