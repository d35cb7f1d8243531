using Google.Protobuf.WellKnownTypes;
using Platform.Shared.Paging;
using Platform.Shared.Time;

namespace Platform.Enrollment.Referrals;

/// <summary>Referrals and what came with them as the API says them.</summary>
internal static class ReferralMessages
{
    public static V1.Referral ToMessage(this Referral referral) => new()
    {
        Id = referral.Id.ToString(),
        PersonId = referral.PersonId.ToString(),
        Source = (V1.ReferralSource)referral.Source,
        ReferredOn = referral.ReferredOn.ToIso(),
        Status = (V1.ReferralStatus)referral.Status,
        SourceDetail = new V1.SourceDetail { Organization = referral.SourceOrganization, Contact = referral.SourceContact },
        ClosingReason = referral.ClosingReason,
        RecommendedLevel = referral.RecommendedLevel is { } level ? (V1.LevelOfCare)level : V1.LevelOfCare.Unspecified,
        Etag = Etag.Of(referral.Version),
    };

    public static V1.RecordedAnswer ToMessage(this EligibilityAnswer answer) => new()
    {
        Question = (V1.EligibilityQuestion)answer.Question,
        Yes = answer.Yes,
        Reason = answer.Reason,
        AnsweredBy = answer.AnsweredBy,
        AnsweredAt = answer.AnsweredAt.ToTimestamp(),
    };

    public static V1.ReceivedDocument ToMessage(this ReceivedDocument document) => new()
    {
        Id = document.Id.ToString(),
        ReferralId = document.ReferralId.ToString(),
        Kind = (V1.DocumentKind)document.Kind,
        ReceivedOn = document.ReceivedOn.ToIso(),
        Reference = document.Reference,
        NotedBy = document.NotedBy,
    };
}
