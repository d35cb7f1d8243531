using Platform.Shared.RulePacks;

namespace Platform.Enrollment.RulePacks;

/// <summary>Makes decisions by rules and records them in the transaction that acts on them.</summary>
internal static class DecisionRecords
{
    /// <summary>Decides, and records what was decided, of what, and under which pack.</summary>
    /// <param name="db">The transaction.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="set">The rules that hold: <see cref="EnrollmentRules.ForAsync"/>.</param>
    /// <param name="about">What it is about.</param>
    /// <param name="facts">What is known.</param>
    public static Decided<TOutcome> Decide<TFacts, TOutcome>(
        this EnrollmentDbContext db, DecisionRule<TFacts, TOutcome> rule, RulePackSet<CareRules> set, DecisionAbout about, TFacts facts)
    {
        var decided = rule.Decide(set, about.Scope, about.Day, facts);
        db.Record(rule, about, facts, decided);
        return decided;
    }

    /// <summary>Records a decision that was made already, where only one that changes something is to be recorded.</summary>
    public static void Record<TFacts, TOutcome>(
        this EnrollmentDbContext db, DecisionRule<TFacts, TOutcome> rule, DecisionAbout about, TFacts facts, Decided<TOutcome> decided) =>
        db.RuleDecisions.Add(new RuleDecision
        {
            Id = db.NewId(),
            NetworkId = db.NetworkId,
            Kind = rule.Kind,
            SubjectId = about.SubjectId,
            PersonId = about.PersonId,
            SiteId = about.SiteId,
            ProgramId = about.ProgramId,
            Day = about.Day,
            Pack = decided.Pack,
            Scope = DecisionJson.Write(about.Scope),
            Facts = DecisionJson.Write(facts),
            Outcome = DecisionJson.Write(decided.Outcome),
            DecidedAt = db.Now,
        });
}
