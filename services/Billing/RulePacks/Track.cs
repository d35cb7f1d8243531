using System.Text.Json.Serialization;

namespace Platform.Billing.RulePacks;

/// <summary>What a program treats; decides which per-diem codes may be billed for its days.</summary>
internal enum Track
{
    /// <summary>Substance use disorders.</summary>
    [JsonStringEnumMemberName("SUBSTANCE_USE")]
    SubstanceUse,

    /// <summary>Depression and other mental-health conditions.</summary>
    [JsonStringEnumMemberName("MENTAL_HEALTH")]
    MentalHealth,

    /// <summary>Both at once.</summary>
    [JsonStringEnumMemberName("DUAL_DIAGNOSIS")]
    DualDiagnosis,

    /// <summary>Eating disorders.</summary>
    [JsonStringEnumMemberName("EATING_DISORDER")]
    EatingDisorder,
}
