using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Consents;
using Platform.Enrollment.Referrals.Duplicates;
using Platform.Enrollment.Referrals.Merging;
using Platform.Enrollment.RulePacks;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;
using Platform.Shared.Time;

namespace Platform.Enrollment.Referrals;

/// <summary>
/// Persons, as far as the caller and the person's consents allow. Every read leaves an audit row with its purpose. Who was recorded
/// twice is offered for a merge, and merged by somebody.
/// </summary>
internal sealed class PersonEndpoint(Operations<EnrollmentDbContext> operations, EnrollmentRules rules, DisclosureDesk desk)
    : V1.PersonService.PersonServiceBase
{
    private static readonly DomainError ConsentMissing = DomainError.Precondition(
        "CONSENT_MISSING", "Nothing allows disclosure to the payer: no active consent of the person covers it (42 CFR 2.31).");

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician, CallerRole.Service)]
    public override Task<V1.GetPersonResponse> GetPerson(V1.GetPersonRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var given = validation.Id(request.PersonId, "person_id");
        var purpose = (Purpose)validation.Choice(request.Purpose, "purpose");
        validation.Require(purpose <= Purpose.Operations, "purpose", "must be treatment, payment or operations");
        var siteId = validation.OptionalId(request.SiteId, "site_id");
        var payerName = validation.OptionalText(request.PayerName, "payer_name", 300);
        var payerId = validation.OptionalId(request.PayerId, "payer_id");
        validation.ThrowIfInvalid();
        return operations.AuditedReadAsync(context, async op =>
        {
            var person = await op.PersonAsync(given);
            var id = person.Id;
            if (purpose == Purpose.Payment && !await desk.MayBePaidAsync(op, id, siteId, payerName, payerId))
            {
                throw ConsentMissing.ToException();
            }

            op.Audit("person.read", "person", id, id, purpose.ToCode());
            return new V1.GetPersonResponse { Person = await MessageAsync(op, person) };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.UpdatePersonResponse> UpdatePerson(V1.UpdatePersonRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var given = request.Person ?? new V1.Person();
        var id = validation.Id(given.Id, "person.id");
        var fields = given.Parse(validation);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            fields.RequireBornBy(UsDays.Latest(op.Now), validation);
            validation.ThrowIfInvalid();
            await IdentityTurn.TakeAsync(op.Db, fields, op.CancellationToken);
            var person = await op.LockedPersonAsync(id);
            Etag.Require(request.Etag, person.Version);
            person.Correct(fields);
            var known = await op.Db.MemberIdsAsync(person.Id, op.CancellationToken);
            op.Db.MemberIds.RemoveRange(known.Where(m => !fields.MemberIds.Contains(new MemberNumber(m.PayerCode, m.Number))));
            op.AddMemberIds(person.Id, fields.MemberIds.Except(known.Select(m => new MemberNumber(m.PayerCode, m.Number))));
            op.Audit("person.update", "person", person.Id, person.Id);
            var set = await rules.ForAsync(op.Db, op.CancellationToken);
            return new V1.UpdatePersonResponse
            {
                Person = person.ToMessage(fields.MemberIds),
                Duplicates = { await op.FindDuplicatesAsync(person, fields.MemberIds, set) },
            };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<V1.MergePersonsResponse> MergePersons(V1.MergePersonsRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var keepId = validation.Id(request.KeepPersonId, "keep_person_id");
        var mergeId = validation.Id(request.MergePersonId, "merge_person_id");
        var reason = validation.Narrative(request.Reason, "reason", 1000);
        validation.Require(keepId != mergeId || keepId == default, "merge_person_id", "must be another record than keep_person_id");
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var kept = await op.MergeAsync(await rules.ForAsync(op.Db, op.CancellationToken), keepId, mergeId, reason);
            return new V1.MergePersonsResponse { Person = await MessageAsync(op, kept) };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<V1.ListDuplicatesResponse> ListDuplicates(V1.ListDuplicatesRequest request, ServerCallContext context)
    {
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var after = PageToken.Decode<PairKey>(request.Page?.Token ?? string.Empty);
        return operations.AuditedReadAsync(context, async op =>
        {
            var pairs = DuplicateQueries.OpenFor(op.Db, op.Caller);
            if (after is not null)
            {
                pairs = pairs.Where(p => p.FoundAt > after.FoundAt
                    || (p.FoundAt == after.FoundAt && p.PersonId.CompareTo(after.PersonId) > 0)
                    || (p.FoundAt == after.FoundAt && p.PersonId == after.PersonId && p.KnownPersonId.CompareTo(after.KnownPersonId) > 0));
            }

            var page = await pairs
                .OrderBy(p => p.FoundAt)
                .ThenBy(p => p.PersonId)
                .ThenBy(p => p.KnownPersonId)
                .Take(size + 1)
                .ToListAsync(op.CancellationToken);
            foreach (var person in page.Take(size).SelectMany(p => new[] { p.PersonId, p.KnownPersonId }).Distinct())
            {
                op.Audit("person.list-duplicates", "person", person, person);
            }

            var last = page.Count > size ? page[size - 1] : null;
            return new V1.ListDuplicatesResponse
            {
                Pairs =
                {
                    page.Take(size).Select(p => new V1.DuplicatePair
                    {
                        PersonId = p.PersonId.ToString(),
                        KnownPersonId = p.KnownPersonId.ToString(),
                        Reasons = { p.Reasons.Select(reason => (V1.MatchReason)reason) },
                        FoundAt = p.FoundAt.ToTimestamp(),
                    }),
                },
                NextPageToken = last is null ? string.Empty : PageToken.Encode(new PairKey(last.FoundAt, last.PersonId, last.KnownPersonId)),
            };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<V1.DismissDuplicateResponse> DismissDuplicate(V1.DismissDuplicateRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var personId = validation.Id(request.PersonId, "person_id");
        var knownId = validation.Id(request.KnownPersonId, "known_person_id");
        var reason = validation.Narrative(request.Reason, "reason", 1000);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            // Locked as a merge locks them: of two who decide at once, the second sees what the first decided.
            foreach (var id in new[] { personId, knownId }.Order())
            {
                _ = await op.Db.LockedAsync<Person>(id, op.CancellationToken) ?? throw DomainError.NotFound("pair").ToException();
            }

            if ((await op.VisibleAsync([personId, knownId])).Count < 2)
            {
                throw DomainError.NotFound("pair").ToException();
            }

            var pairs = await op.Db.DuplicatePairs.Of(personId).Of(knownId).ToListAsync(op.CancellationToken);
            if (pairs.Count == 0)
            {
                throw DomainError.NotFound("pair").ToException();
            }

            pairs.ForEach(pair => pair.Dismiss(op.Caller.Subject, reason));
            op.Audit("person.dismiss-duplicate", "person", personId, personId);
            op.Audit("person.dismiss-duplicate", "person", knownId, knownId);
            return new V1.DismissDuplicateResponse();
        });
    }

    private static async Task<V1.Person> MessageAsync(Operation<EnrollmentDbContext> op, Person person) =>
        person.ToMessage((await op.Db.MemberIdsAsync(person.Id, op.CancellationToken))
            .Select(m => new MemberNumber(m.PayerCode, m.Number)));

    /// <summary>Sort key of a list.</summary>
    private sealed record PairKey(DateTimeOffset FoundAt, Guid PersonId, Guid KnownPersonId);
}
