using Google.Protobuf.WellKnownTypes;
using Platform.Shared.Time;

namespace Platform.Billing.Claims;

/// <summary>Claims as the API has them.</summary>
internal static class ClaimMessages
{
    /// <summary>The claim as the API has it.</summary>
    public static V1.Claim ToMessage(this Claim claim) => new()
    {
        Id = claim.Id.ToString(),
        Number = claim.Number,
        PayerId = claim.PayerId.ToString(),
        SiteId = claim.SiteId.ToString(),
        EpisodeId = claim.EpisodeId.ToString(),
        From = claim.From.ToIso(),
        To = claim.To.ToIso(),
        ChargedCents = claim.Charged.Cents,
        PaidCents = claim.Paid.Cents,
        PatientCents = claim.Patient.Cents,
        AdjustedCents = claim.Adjusted.Cents,
        Status = claim.Status switch
        {
            ClaimStatus.Written => V1.ClaimStatus.Written,
            ClaimStatus.Remitted => V1.ClaimStatus.Remitted,
            ClaimStatus.Withdrawn => V1.ClaimStatus.Withdrawn,
            _ => V1.ClaimStatus.Denied,
        },
        FileId = claim.FileId.ToString(),
        WrittenAt = claim.WrittenAt.ToTimestamp(),
    };

    /// <summary>The state that a list asks for; null for any.</summary>
    public static ClaimStatus? Parse(V1.ClaimStatus status) => status switch
    {
        V1.ClaimStatus.Written => ClaimStatus.Written,
        V1.ClaimStatus.Remitted => ClaimStatus.Remitted,
        V1.ClaimStatus.Denied => ClaimStatus.Denied,
        V1.ClaimStatus.Withdrawn => ClaimStatus.Withdrawn,
        _ => null,
    };
}
