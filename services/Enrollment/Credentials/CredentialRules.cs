using Platform.Enrollment.RulePacks;
using Platform.Shared.RulePacks;

namespace Platform.Enrollment.Credentials;

/// <summary>Section <c>credentials</c>: how long before its last day a licence or accreditation is shown as lapsing.</summary>
/// <param name="WarningDays">Days ahead, where a caller does not say: long enough for a state's renewal.</param>
internal sealed record CredentialRules(int WarningDays) : IRuleSection
{
    /// <inheritdoc/>
    public void Check(RuleErrors errors) => errors.Range(WarningDays, "warningDays", 1, 3650);
}
