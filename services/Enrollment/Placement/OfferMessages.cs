using Google.Protobuf.WellKnownTypes;

namespace Platform.Enrollment.Placement;

/// <summary>Offers as the API shows them.</summary>
internal static class OfferMessages
{
    public static V1.Offer ToMessage(this Offer offer) => new()
    {
        Id = offer.Id.ToString(),
        ReferralId = offer.ReferralId.ToString(),
        SiteId = offer.SiteId.ToString(),
        ProgramId = offer.ProgramId.ToString(),
        Status = (V1.OfferStatus)offer.Status,
        ExpiresAt = offer.ExpiresAt.ToTimestamp(),
        AcceptedAt = offer.AcceptedAt?.ToTimestamp(),
        DeclineReason = offer.DeclineReason,
        OverrideReason = offer.OverrideReason,
        Automatic = offer.Automatic,
    };
}
