using Platform.Enrollment.RulePacks;
using Platform.Shared.RulePacks;

namespace Platform.Enrollment.Plans;

/// <summary>Who signs a treatment plan. Numbered as in the API.</summary>
internal enum SignerRole
{
    /// <summary>The client, or who may sign for the client.</summary>
    Client = 1,

    /// <summary>The clinician who is responsible for the plan.</summary>
    Clinician = 2,

    /// <summary>A physician, or a non-physician practitioner where the payer takes one.</summary>
    Physician = 3,
}

/// <summary>Section <c>plans</c>: when a treatment plan and its reviews are due, and who signs.</summary>
/// <param name="InitialPlanDays">Days after admission within which the first plan is signed.</param>
/// <param name="ReviewDays">Days from one review, or the signing of the first plan, to the next review, at the most.</param>
/// <param name="Signers">Whose signatures make a version the plan in force.</param>
/// <param name="Source">Where this comes from, and what of it is somebody's choice; may be empty.</param>
internal sealed record PlanRules(int InitialPlanDays, int ReviewDays, IReadOnlyList<SignerRole> Signers, string Source = "") : IRuleSection
{
    /// <inheritdoc/>
    public void Check(RuleErrors errors)
    {
        errors.Range(InitialPlanDays, "initialPlanDays", 0, 90);
        errors.Range(ReviewDays, "reviewDays", 1, 366);
        errors.Require(Signers.Count > 0, "signers", "is empty");
        errors.Require(Signers.Distinct().Count() == Signers.Count, "signers", "has a role twice");
    }
}

/// <summary>
/// Section <c>certification</c>: what a physician certifies to the payer. For Medicare the need for at least 9 hours of intensive
/// outpatient services a week, at admission and again at least every 60 days (42 CFR 424.24(d), since 2024).
/// </summary>
/// <param name="MinimumHoursPerWeek">Hours of service a week whose need is certified, at the least.</param>
/// <param name="InitialDays">Days after admission within which the first certification is made.</param>
/// <param name="RecertifyDays">Days from one certification to the next, at the most.</param>
internal sealed record CertificationRules(int MinimumHoursPerWeek, int InitialDays, int RecertifyDays) : IRuleSection
{
    /// <inheritdoc/>
    public void Check(RuleErrors errors)
    {
        errors.Range(MinimumHoursPerWeek, "minimumHoursPerWeek", 1, 60);
        errors.Range(InitialDays, "initialDays", 0, 90);
        errors.Range(RecertifyDays, "recertifyDays", 1, 366);
    }
}
