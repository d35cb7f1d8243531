using Platform.Enrollment.RulePacks;
using Platform.Shared.RulePacks;

namespace Platform.Enrollment.Assessments.Screening;

/// <summary>How often an instrument is taken.</summary>
/// <param name="Instrument">Which.</param>
/// <param name="EveryDays">Days from one to the next.</param>
internal sealed record ScreeningInterval(Instrument Instrument, int EveryDays);

/// <summary>Section <c>screening</c>: which instruments are taken at intake, and how often during care.</summary>
/// <param name="Instruments">The instruments.</param>
/// <param name="BaselineDays">Days before the admission from which a score counts as the one at intake.</param>
/// <param name="Source">Where the numbers come from.</param>
internal sealed record ScreeningRules(IReadOnlyList<ScreeningInterval> Instruments, int BaselineDays, string Source) : IRuleSection
{
    /// <inheritdoc/>
    public void Check(RuleErrors errors)
    {
        errors.Range(BaselineDays, "baselineDays", 0, 366);
        errors.Require(
            Instruments.DistinctBy(i => i.Instrument).Count() == Instruments.Count, "instruments", "has an instrument twice");
        for (var i = 0; i < Instruments.Count; i++)
        {
            errors.At("instruments").At(i).Range(Instruments[i].EveryDays, "everyDays", 1, 366);
        }
    }

    /// <summary>The day on which an instrument is due.</summary>
    /// <param name="interval">Its interval.</param>
    /// <param name="admittedOn">Day of admission.</param>
    /// <param name="lastTakenOn">Day on which it was taken last, not longer before the admission than counts; null when never.</param>
    public static DateOnly DueOn(ScreeningInterval interval, DateOnly admittedOn, DateOnly? lastTakenOn) =>
        lastTakenOn?.AddDays(interval.EveryDays) ?? admittedOn;
}
