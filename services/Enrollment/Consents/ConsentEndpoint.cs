using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Contracts.Events.Enrollment;
using Platform.Enrollment.Referrals;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Enrollment.Consents;

/// <summary>Consents to disclose: recorded, and revoked with effect at once.</summary>
internal sealed class ConsentEndpoint(Operations<EnrollmentDbContext> operations, DisclosureDesk desk) : V1.ConsentService.ConsentServiceBase
{
    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.RecordConsentResponse> RecordConsent(V1.RecordConsentRequest request, ServerCallContext context)
    {
        var fields = ConsentFields.Parse(request);
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            if (fields.SignedOn > UsDays.Latest(op.Now))
            {
                throw DomainError.Invalid("signed_on", "must not be in the future").ToException();
            }

            var person = await op.LockedPersonAsync(fields.PersonId);
            await RequireDiscloserAsync(op, fields);
            var consent = fields.ToConsent(op.Db.NewId(), op.Db.NetworkId, person.Id);
            consent.EndWith(await TreatmentAsync(op, consent, fields.EpisodeId));
            op.Db.Consents.Add(consent);
            op.Audit("consent.record", "consent", consent.Id, person.Id);
            return new V1.RecordConsentResponse { Consent = await MessageAsync(op, consent) };
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
            var consent = await LockedAsync(op, id);
            if (consent.Revoke(op.Now))
            {
                // Written first, so that what is left uncovered is counted without it.
                await op.Db.SaveChangesAsync(op.CancellationToken);
                var uncovered = await desk.UncoveredAsync(op, consent);
                op.Db.Publish(
                    new ConsentRevoked(
                        id,
                        consent.PersonId,
                        [.. consent.Purposes.Select(PurposeCodes.ToCode)],
                        [.. uncovered.Select(PurposeCodes.ToCode)],
                        consent.RevokedAt!.Value),
                    consent.PersonId);
            }

            op.Audit("consent.revoke", "consent", id, consent.PersonId);
            return new V1.RevokeConsentResponse
            {
                Consent = await MessageAsync(op, consent),
                Received = { await ReceivedAsync(op, id) },
            };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.EndConsentResponse> EndConsent(V1.EndConsentRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.ConsentId, "consent_id");
        var endedOn = validation.Day(request.EndedOn, "ended_on");
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            if (endedOn > UsDays.Latest(op.Now))
            {
                throw DomainError.Invalid("ended_on", "must not be in the future").ToException();
            }

            var consent = await LockedAsync(op, id);
            consent.End(endedOn);
            op.Audit("consent.end", "consent", id, consent.PersonId);
            return new V1.EndConsentResponse { Consent = await MessageAsync(op, consent) };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.ListConsentsResponse> ListConsents(V1.ListConsentsRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var given = validation.Id(request.PersonId, "person_id");
        validation.ThrowIfInvalid();
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var before = PageToken.Decode<ConsentKey>(request.Page?.Token ?? string.Empty);
        return operations.AuditedReadAsync(context, async op =>
        {
            var personId = (await op.PersonAsync(given)).Id;
            var consents = op.Db.Consents.AsNoTracking().Include(c => c.Recipients).Where(c => c.PersonId == personId);
            if (before is not null)
            {
                consents = consents.Where(c => c.Id.CompareTo(before.Id) < 0);
            }

            // Ids are UUIDv7: they sort by time.
            var page = await consents.OrderByDescending(c => c.Id).Take(size + 1).ToListAsync(op.CancellationToken);
            op.Audit("consent.list", "person", personId, personId);
            var discharges = await op.Db.DischargesAsync(personId, op.CancellationToken);
            var today = await op.Db.ConsentDayAsync(personId, op.CancellationToken);
            return new V1.ListConsentsResponse
            {
                Consents = { page.Take(size).Select(consent => consent.ToMessage(today, discharges)) },
                NextPageToken = page.Count > size ? PageToken.Encode(new ConsentKey(page[size - 1].Id)) : string.Empty,
            };
        });
    }

    /// <summary>The consent, locked after its person: of two that are revoked at once, the second sees that the first is.</summary>
    private static async Task<Consent> LockedAsync(Operation<EnrollmentDbContext> op, Guid id)
    {
        var personId = await op.Db.Consents.Where(c => c.Id == id).Select(c => (Guid?)c.PersonId).SingleOrDefaultAsync(op.CancellationToken)
            ?? throw DomainError.NotFound("consent").ToException();
        await op.RequirePersonAsync(personId, "consent");
        await op.LockedPersonAsync(personId);
        var consent = (await op.Db.LockedAsync<Consent>(id, op.CancellationToken))!;
        await op.Db.Entry(consent).Collection(c => c.Recipients).LoadAsync(op.CancellationToken);
        return consent;
    }

    private static async Task RequireDiscloserAsync(Operation<EnrollmentDbContext> op, ConsentFields fields)
    {
        if (fields.DiscloserId is not { } id)
        {
            return;
        }

        var what = fields.DiscloserKind == DiscloserKind.Site ? "site" : "program";
        var siteId = fields.DiscloserKind == DiscloserKind.Site
            ? await op.Db.Sites.Where(s => s.Id == id).Select(s => (Guid?)s.Id).SingleOrDefaultAsync(op.CancellationToken)
            : await op.Db.Programs.Where(p => p.Id == id).Select(p => (Guid?)p.SiteId).SingleOrDefaultAsync(op.CancellationToken);
        op.Caller.RequireSite(siteId ?? throw DomainError.NotFound(what).ToException(), what);
    }

    /// <summary>The treatment that is meant: the one that is named, or the one that the day of the signature tells.</summary>
    private static async Task<Guid?> TreatmentAsync(Operation<EnrollmentDbContext> op, Consent consent, Guid? named)
    {
        if (named is not { } id)
        {
            return await op.Db.TreatmentAsync(consent.PersonId, consent.SignedOn, op.CancellationToken);
        }

        return await op.Db.Episodes.AnyAsync(e => e.Id == id && e.PersonId == consent.PersonId, op.CancellationToken)
            ? id
            : throw DomainError.NotFound("episode").ToException();
    }

    private static async Task<V1.Consent> MessageAsync(Operation<EnrollmentDbContext> op, Consent consent) =>
        consent.ToMessage(
            await op.Db.ConsentDayAsync(consent.PersonId, op.CancellationToken),
            await op.Db.DischargesAsync(consent.PersonId, op.CancellationToken));

    private static async Task<IEnumerable<V1.ReceivedRecord>> ReceivedAsync(Operation<EnrollmentDbContext> op, Guid consentId)
    {
        var groups = await op.Db.Disclosures
            .Where(d => d.ConsentId == consentId)
            .GroupBy(d => new { d.RecipientName, d.Through, d.Categories })
            .Select(g => new { g.Key, Times = g.Count(), First = g.Min(d => d.DisclosedAt), Last = g.Max(d => d.DisclosedAt) })
            .ToListAsync(op.CancellationToken);
        return groups
            .OrderBy(g => g.First)
            .Select(g => new V1.ReceivedRecord
            {
                Recipient = g.Key.RecipientName,
                Through = g.Key.Through,
                Categories = { g.Key.Categories.ToMessages() },
                Times = g.Times,
                FirstAt = g.First.ToTimestamp(),
                LastAt = g.Last.ToTimestamp(),
            });
    }

    private sealed record ConsentKey(Guid Id);
}
