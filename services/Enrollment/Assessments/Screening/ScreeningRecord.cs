using Platform.Enrollment.Assessments.Safety;
using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Assessments.Screening;

/// <summary>The answers to an instrument on a day, and what was scored of them. It never changes but by being struck.</summary>
internal sealed class ScreeningRecord : ITenantOwned
{
    private static readonly DomainError Struck = DomainError.Precondition(
        "SCREENING_STRUCK", "The screening was struck before; the reason is in it.");

    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid PersonId { get; init; }

    /// <summary>Where it was taken.</summary>
    public Guid SiteId { get; init; }

    /// <summary>The episode during which it was taken; null outside of care.</summary>
    public Guid? EpisodeId { get; init; }

    public Instrument Instrument { get; init; }

    /// <summary>Version of the instrument and the publication that it was scored by.</summary>
    public string FormVersion { get; init; } = string.Empty;

    /// <summary>Site-local day.</summary>
    public DateOnly TakenOn { get; init; }

    /// <summary>The answers by item.</summary>
    public IReadOnlyDictionary<string, int> Answers { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>The scores by scale.</summary>
    public IReadOnlyDictionary<string, int> Scores { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    public string RecordedBy { get; init; } = string.Empty;

    public DateTimeOffset RecordedAt { get; init; }

    /// <summary>When it was struck as entered in error; null while it counts.</summary>
    public DateTimeOffset? StruckAt { get; private set; }

    /// <summary>Subject of the token with which it was struck; empty while it counts.</summary>
    public string StruckBy { get; private set; } = string.Empty;

    /// <summary>Why it was struck; empty while it counts.</summary>
    public string StrikeReason { get; private set; } = string.Empty;

    /// <summary>Takes note that it was entered in error.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: that was noted before.</exception>
    public void Strike(string by, string reason, DateTimeOffset now)
    {
        if (StruckAt is not null)
        {
            throw Struck.ToException();
        }

        (StruckAt, StruckBy, StrikeReason) = (now, by, reason);
    }

    /// <summary>What it says about the person's safety; null when nothing.</summary>
    public (SafetyAlertKind Kind, SafetySeverity Severity)? Alert() => Instrument switch
    {
        Instrument.Phq9 when Answers[Instruments.Phq9SelfHarm] > 0 => (SafetyAlertKind.Phq9Item9, SafetySeverity.Assess),
        Instrument.CSsrs => Scores[Instruments.Triage] switch
        {
            0 => null,
            1 => (SafetyAlertKind.CSsrsPositive, SafetySeverity.Low),
            2 => (SafetyAlertKind.CSsrsPositive, SafetySeverity.Moderate),
            _ => (SafetyAlertKind.CSsrsPositive, SafetySeverity.High),
        },
        _ => null,
    };
}
