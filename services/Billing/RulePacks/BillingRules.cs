namespace Platform.Billing.RulePacks;

/// <summary>The rules of Billing, which vary by state, payer and year. A charge names the pack and version that it was made under.</summary>
/// <param name="PerDiem">The codes that a whole day can be billed with, in order of preference.</param>
/// <param name="Claim">What claims say for all days under this pack.</param>
internal sealed record BillingRules(IReadOnlyList<PerDiemRule> PerDiem, ClaimRule Claim)
{
    /// <summary>The per-diem rules for a program; all of them when what it treats is not known.</summary>
    public IEnumerable<PerDiemRule> PerDiemFor(Track? track) =>
        PerDiem.Where(rule => track is not { } known || rule.Tracks.Contains(known));
}

/// <summary>When a day is billed with one unit of a code.</summary>
/// <param name="Code">HCPCS code, such as H0015.</param>
/// <param name="FloorMinutes">Minutes that must have been attended that day; below them nothing is billed per diem.</param>
/// <param name="Tracks">The programs whose days it is for.</param>
internal sealed record PerDiemRule(string Code, int FloorMinutes, IReadOnlyList<Track> Tracks);

/// <summary>What an institutional claim says besides its days.</summary>
/// <param name="FacilityType">First two digits of the type of bill: 13 for a hospital's outpatient department.</param>
/// <param name="AdmissionType">X12 CL101: 3 is elective.</param>
/// <param name="PatientStatus">X12 CL103: 30 is still a patient.</param>
/// <param name="ConditionCodes">Condition codes by kind of plan.</param>
internal sealed record ClaimRule(
    string FacilityType, string AdmissionType, string PatientStatus, IReadOnlyList<ConditionCodeRule> ConditionCodes);

/// <summary>A condition code that claims to some kinds of plan carry, as 92 (intensive outpatient) to Medicare since 2024.</summary>
/// <param name="Code">The code.</param>
/// <param name="FilingIndicators">Claim filing indicators (X12 SBR09) of the plans that want it.</param>
internal sealed record ConditionCodeRule(string Code, IReadOnlyList<string> FilingIndicators);
