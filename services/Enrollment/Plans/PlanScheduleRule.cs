using Platform.Enrollment.RulePacks;
using Platform.Enrollment.Sites;
using Platform.Shared.RulePacks;

namespace Platform.Enrollment.Plans;

/// <summary>What the due days of an episode follow from.</summary>
/// <param name="AdmittedOn">Day of admission.</param>
/// <param name="FirstSignedOn">Day on which a plan was first in force; null while none was.</param>
/// <param name="LastReviewedOn">Day of the last review; null while there was none.</param>
/// <param name="LastCertifiedOn">Day of the last certification; null while there was none.</param>
/// <param name="PayerKinds">Who pays; empty while nobody said.</param>
/// <param name="UnsignedSince">Day from which the plan in force has been so; null unless it lacks a signature that is asked for now.</param>
internal sealed record ScheduleFacts(
    DateOnly AdmittedOn, DateOnly? FirstSignedOn, DateOnly? LastReviewedOn, DateOnly? LastCertifiedOn, IReadOnlyList<PayerKind> PayerKinds,
    DateOnly? UnsignedSince = null);

/// <summary>Something that is due.</summary>
/// <param name="Kind">What.</param>
/// <param name="On">By the end of which site-local day.</param>
/// <param name="Pack">The pack that says so.</param>
internal sealed record DueDay(DueKind Kind, DateOnly On, string Pack);

/// <summary>
/// When a plan, a signature that it lacks, its next review and the next certification are due. Where several payers ask for different days, the earliest
/// one is due.
/// </summary>
internal sealed class PlanScheduleRule : DecisionRule<ScheduleFacts, IReadOnlyList<DueDay>>
{
    /// <inheritdoc/>
    public override string Kind => "plan.schedule";

    /// <inheritdoc/>
    public override Decided<IReadOnlyList<DueDay>> Decide(
        RulePackSet<CareRules> set, RuleScope scope, DateOnly day, ScheduleFacts facts)
    {
        var due = scope.For(facts.PayerKinds)
            .SelectMany(payer => ByPayer(set, payer, day, facts))
            .GroupBy(d => d.Kind)
            .Select(same => same.OrderBy(d => d.On).ThenBy(d => d.Pack, StringComparer.Ordinal).First())
            .OrderBy(d => d.Kind)
            .ToList();
        return new Decided<IReadOnlyList<DueDay>>(due, string.Join(' ', due.Select(d => d.Pack).Distinct(StringComparer.Ordinal)));
    }

    private static IEnumerable<DueDay> ByPayer(RulePackSet<CareRules> set, RuleScope scope, DateOnly day, ScheduleFacts facts)
    {
        var plans = set.Section(r => r.Plans, scope, day);
        yield return facts.FirstSignedOn is { } signed
            ? new DueDay(DueKind.Review, Later(signed, facts.LastReviewedOn).AddDays(plans.Rule.ReviewDays), plans.Pack)
            : new DueDay(DueKind.InitialPlan, facts.AdmittedOn.AddDays(plans.Rule.InitialPlanDays), plans.Pack);
        if (facts.UnsignedSince is { } unsigned)
        {
            yield return new DueDay(DueKind.Signature, unsigned, plans.Pack);
        }

        if (set.FindSection(r => r.Certification, scope, day) is not { } certification)
        {
            yield break;
        }

        yield return facts.LastCertifiedOn is { } certified
            ? new DueDay(DueKind.Recertification, certified.AddDays(certification.Rule.RecertifyDays), certification.Pack)
            : new DueDay(DueKind.Certification, facts.AdmittedOn.AddDays(certification.Rule.InitialDays), certification.Pack);
    }

    private static DateOnly Later(DateOnly a, DateOnly? b) => b is { } other && other > a ? other : a;
}

/// <summary>Who signed, and who pays.</summary>
/// <param name="Signed">The roles whose signatures a version has.</param>
/// <param name="PayerKinds">Who pays; empty while nobody said.</param>
internal sealed record SignerFacts(IReadOnlyList<SignerRole> Signed, IReadOnlyList<PayerKind> PayerKinds);

/// <summary>Whose signatures a version still needs: those that any of its payers asks for.</summary>
internal sealed class PlanSignersRule : DecisionRule<SignerFacts, IReadOnlyList<SignerRole>>
{
    /// <inheritdoc/>
    public override string Kind => "plan.signers";

    /// <inheritdoc/>
    public override Decided<IReadOnlyList<SignerRole>> Decide(
        RulePackSet<CareRules> set, RuleScope scope, DateOnly day, SignerFacts facts)
    {
        var rules = scope.For(facts.PayerKinds).Select(payer => set.Section(r => r.Plans, payer, day)).ToList();
        IReadOnlyList<SignerRole> missing = [.. rules.SelectMany(rule => rule.Rule.Signers).Distinct().Except(facts.Signed).Order()];
        return new Decided<IReadOnlyList<SignerRole>>(
            missing, string.Join(' ', rules.Select(rule => rule.Pack).Distinct(StringComparer.Ordinal)));
    }
}

/// <summary>Rules that vary by payer, for an episode that several pay for.</summary>
internal static class PayerScopes
{
    /// <summary>The scope with each payer kind in turn, and as it is when none is known.</summary>
    public static IEnumerable<RuleScope> For(this RuleScope scope, IReadOnlyList<PayerKind> kinds) =>
        kinds.Count == 0 ? [scope] : kinds.Select(kind => scope with { PayerKind = kind });
}
