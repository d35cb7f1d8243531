using Google.Protobuf.WellKnownTypes;
using Platform.Shared.Time;

namespace Platform.Enrollment.Consents;

/// <summary>Consents as the API has them.</summary>
internal static class ConsentMessages
{
    /// <summary>The consent as the API has it.</summary>
    /// <param name="consent">The consent.</param>
    /// <param name="today">The day on which its status is asked.</param>
    /// <param name="discharges">The person's discharges.</param>
    public static V1.Consent ToMessage(this Consent consent, DateOnly today, IReadOnlyCollection<DischargeDay> discharges) => new()
    {
        Id = consent.Id.ToString(),
        PersonId = consent.PersonId.ToString(),
        Purposes = { consent.Purposes.Select(purpose => (V1.Purpose)purpose) },
        RevokedAt = consent.RevokedAt?.ToTimestamp(),
        Discloser = new V1.Discloser { Kind = (V1.DiscloserKind)consent.DiscloserKind, Id = consent.DiscloserId?.ToString() ?? string.Empty },
        Recipients = { RecipientsOf(consent) },
        Categories = { consent.Categories.ToMessages() },
        Description = consent.Description,
        SignedOn = consent.SignedOn.ToIso(),
        ExpiresOn = consent.ExpiresOn.ToIso(),
        ExpiryEvent = consent.ExpiryEvent is { } expiry ? (V1.ExpiryEvent)expiry : V1.ExpiryEvent.Unspecified,
        ExpiryEventText = consent.ExpiryEventText,
        EndedOn = consent.EndedOn.ToIso(),
        EpisodeId = consent.EpisodeId?.ToString() ?? string.Empty,
        Signature = new V1.Signature
        {
            Signer = (V1.Signer)consent.Signer,
            Method = (V1.SignatureMethod)consent.SignatureMethod,
            Name = consent.SignerName,
            Relationship = consent.SignerRelationship,
        },
        Status = (V1.ConsentStatus)consent.StatusOn(today, discharges),
    };

    private static IEnumerable<V1.ConsentRecipient> RecipientsOf(Consent consent) => consent.Recipients.Count == 0
        ? [new V1.ConsentRecipient { Kind = V1.RecipientKind.Class, Name = consent.Recipient, RecipientClass = V1.RecipientClass.AllTpo }]
        : consent.Recipients.OrderBy(recipient => recipient.Number).Select(recipient => new V1.ConsentRecipient
        {
            Kind = (V1.RecipientKind)recipient.Kind,
            Name = recipient.Name,
            RecipientClass = recipient.Class is { } known ? (V1.RecipientClass)known : V1.RecipientClass.Unspecified,
            PartyId = recipient.PartyId?.ToString() ?? string.Empty,
            Participants = { recipient.Participants },
        });
}
