using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Referrals;
using Platform.Shared.Errors;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Enrollment.Consents;

/// <summary>Consents to disclose: recorded, and revoked with effect at once.</summary>
internal sealed class ConsentEndpoint(Operations<EnrollmentDbContext> operations) : V1.ConsentService.ConsentServiceBase
{
    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.RecordConsentResponse> RecordConsent(V1.RecordConsentRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var personId = validation.Id(request.PersonId, "person_id");
        var recipient = validation.Text(request.Recipient, "recipient", 500);
        var description = validation.Text(request.Description, "description", 2000);
        var signedOn = validation.Day(request.SignedOn, "signed_on");
        var expiresOn = validation.OptionalDay(request.ExpiresOn, "expires_on");
        validation.Require(request.Purposes.Count > 0, "purposes", "is required");
        for (var i = 0; i < request.Purposes.Count; i++)
        {
            validation.Choice(request.Purposes[i], $"purposes[{i}]");
        }

        validation.ThrowIfInvalid();
        validation.Require(expiresOn is null || expiresOn >= signedOn, "expires_on", "must not be before signed_on");
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            if (signedOn > UsDays.Latest(op.Now))
            {
                throw DomainError.Invalid("signed_on", "must not be in the future").ToException();
            }

            if (!await op.Db.Persons.AnyAsync(p => p.Id == personId, op.CancellationToken))
            {
                throw DomainError.NotFound("person").ToException();
            }

            await op.RequirePersonAsync(personId, "person");
            var consent = new Consent
            {
                Id = op.Db.NewId(),
                NetworkId = op.Db.NetworkId,
                PersonId = personId,
                ForTreatment = request.Purposes.Contains(V1.Purpose.Treatment),
                ForPayment = request.Purposes.Contains(V1.Purpose.Payment),
                ForOperations = request.Purposes.Contains(V1.Purpose.Operations),
                Recipient = recipient,
                Description = description,
                SignedOn = signedOn,
                ExpiresOn = expiresOn,
            };
            op.Db.Consents.Add(consent);
            op.Audit("consent.record", "consent", consent.Id, personId);
            return new V1.RecordConsentResponse { Consent = Message(consent) };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.RevokeConsentResponse> RevokeConsent(V1.RevokeConsentRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.ConsentId, "consent_id");
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var consent = await op.Db.LockedAsync<Consent>(id, op.CancellationToken)
                ?? throw DomainError.NotFound("consent").ToException();
            await op.RequirePersonAsync(consent.PersonId, "consent");
            consent.Revoke(op.Now);
            op.Audit("consent.revoke", "consent", id, consent.PersonId);
            return new V1.RevokeConsentResponse { Consent = Message(consent) };
        });
    }

    private static V1.Consent Message(Consent consent)
    {
        var message = new V1.Consent
        {
            Id = consent.Id.ToString(),
            PersonId = consent.PersonId.ToString(),
            RevokedAt = consent.RevokedAt?.ToTimestamp(),
        };
        if (consent.ForTreatment)
        {
            message.Purposes.Add(V1.Purpose.Treatment);
        }

        if (consent.ForPayment)
        {
            message.Purposes.Add(V1.Purpose.Payment);
        }

        if (consent.ForOperations)
        {
            message.Purposes.Add(V1.Purpose.Operations);
        }

        return message;
    }
}
