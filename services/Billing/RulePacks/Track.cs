namespace Platform.Billing.RulePacks;

/// <summary>What a program treats; decides which per-diem codes may be billed for its days.</summary>
internal enum Track
{
    /// <summary>Substance use disorders.</summary>
    SubstanceUse,

    /// <summary>Depression and other mental-health conditions.</summary>
    MentalHealth,

    /// <summary>Both at once.</summary>
    DualDiagnosis,

    /// <summary>Eating disorders.</summary>
    EatingDisorder,
}
