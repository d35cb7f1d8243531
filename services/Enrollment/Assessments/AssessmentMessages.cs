using Google.Protobuf.WellKnownTypes;
using Platform.Enrollment.Assessments.Asam;
using Platform.Enrollment.Assessments.Safety;
using Platform.Enrollment.Assessments.Screening;
using Platform.Shared.Errors;
using Platform.Shared.Time;

namespace Platform.Enrollment.Assessments;

/// <summary>Assessments, screenings and alerts as the API says them.</summary>
internal static class AssessmentMessages
{
    private const int LongestText = 4000;

    /// <summary>What a request says that a clinician found.</summary>
    public static AsamFinding Parse(this V1.AsamAssessment given, Validation validation) => new(
        (AsamEdition)validation.Choice(given.Edition, "assessment.edition"),
        [.. given.Ratings.Select(r => new AsamRating(r.Dimension.Trim(), r.Rating.Trim().ToUpperInvariant(), r.MinimumLevel.Trim()))],
        validation.OptionalNarrative(given.PersonCenteredConsiderations, "assessment.person_centered_considerations", LongestText),
        given.RecommendedLevel.Trim(),
        given.ChosenLevel.Trim(),
        validation.OptionalNarrative(given.DifferenceReason, "assessment.difference_reason", LongestText),
        validation.OptionalNarrative(given.RiskReason, "assessment.risk_reason", LongestText));

    public static V1.AsamAssessment ToMessage(this AsamAssessment assessment) => new()
    {
        Id = assessment.Id.ToString(),
        PersonId = assessment.PersonId.ToString(),
        ReferralId = assessment.ReferralId?.ToString() ?? string.Empty,
        Edition = (V1.AsamEdition)assessment.Edition,
        AssessedOn = assessment.AssessedOn.ToIso(),
        Ratings =
        {
            assessment.Ratings.Select(r => new V1.AsamRating { Dimension = r.Dimension, Rating = r.Rating, MinimumLevel = r.MinimumLevel }),
        },
        PersonCenteredConsiderations = assessment.Considerations,
        RecommendedLevel = assessment.RecommendedLevel,
        ChosenLevel = assessment.ChosenLevel,
        DifferenceReason = assessment.DifferenceReason,
        RiskReason = assessment.RiskReason,
        CoOccurringEnhanced = assessment.NeedsCoOccurringEnhanced,
        AssessedBy = assessment.AssessedBy,
        RulePack = assessment.RulePack,
    };

    /// <summary>A screening, its items and scales in the order of its form.</summary>
    public static V1.Screening ToMessage(this ScreeningRecord screening)
    {
        var form = Instruments.Of(screening.Instrument);
        return new V1.Screening
        {
            Id = screening.Id.ToString(),
            PersonId = screening.PersonId.ToString(),
            SiteId = screening.SiteId.ToString(),
            EpisodeId = screening.EpisodeId?.ToString() ?? string.Empty,
            Instrument = (V1.Instrument)screening.Instrument,
            Version = screening.FormVersion,
            TakenOn = screening.TakenOn.ToIso(),
            Answers =
            {
                form.Items.Where(item => screening.Answers.ContainsKey(item.Code))
                    .Select(item => new V1.ScreeningAnswer { Item = item.Code, Value = screening.Answers[item.Code] }),
            },
            Scores =
            {
                form.Scales.Select(scale => new V1.ScaleScore
                {
                    Scale = scale.Name,
                    Score = screening.Scores[scale.Name],
                    Band = scale.BandOf(screening.Scores[scale.Name]),
                }),
            },
            RecordedBy = screening.RecordedBy,
            StruckAt = screening.StruckAt?.ToTimestamp(),
            StruckBy = screening.StruckBy,
            StrikeReason = screening.StrikeReason,
        };
    }

    public static V1.SafetyAlert ToMessage(this SafetyAlert alert) => new()
    {
        Id = alert.Id.ToString(),
        PersonId = alert.PersonId.ToString(),
        SiteId = alert.SiteId.ToString(),
        Kind = (V1.SafetyAlertKind)alert.Kind,
        Severity = (V1.SafetySeverity)alert.Severity,
        ScreeningId = alert.ScreeningId.ToString(),
        RaisedAt = alert.RaisedAt.ToTimestamp(),
        Status = (V1.SafetyAlertStatus)alert.Status,
        AcknowledgedBy = alert.AcknowledgedBy,
        AcknowledgedAt = alert.AcknowledgedAt?.ToTimestamp(),
        Action = alert.Action,
        StruckAt = alert.StruckAt?.ToTimestamp(),
    };
}
