using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Placement;
using Platform.Enrollment.Referrals.Duplicates;
using Platform.Enrollment.RulePacks;
using Platform.Enrollment.Waitlist;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Enrollment.Referrals;

/// <summary>Referrals, what came with them, whether they are eligible, and how they end without an admission.</summary>
internal sealed class ReferralEndpoint(Operations<EnrollmentDbContext> operations, EnrollmentRules rules, EligibilityRule rule)
    : V1.ReferralService.ReferralServiceBase
{
    private static readonly DomainError Waiting = DomainError.Precondition(
        "REFERRAL_WAITING", "The referral is on a waitlist. Take it off there first.");

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.CreateReferralResponse> CreateReferral(V1.CreateReferralRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var source = (ReferralSource)validation.Choice(request.Source, "source");
        var referredOn = validation.Day(request.ReferredOn, "referred_on");
        var organization = validation.OptionalText(request.SourceDetail?.Organization ?? string.Empty, "source_detail.organization");
        var contact = validation.OptionalText(request.SourceDetail?.Contact ?? string.Empty, "source_detail.contact");
        var given = request.Person ?? new V1.Person();
        var knownId = validation.OptionalId(given.Id, "person.id");
        var fresh = knownId is null ? given.Parse(validation) : null;
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var latest = UsDays.Latest(op.Now);
            validation.Require(referredOn <= latest, "referred_on", "must not be in the future");
            if (fresh is not null)
            {
                fresh.RequireBornBy(latest, validation);
                validation.Require(fresh.BirthDate <= referredOn, "referred_on", "must not be before birth");
            }

            validation.ThrowIfInvalid();
            var response = new V1.CreateReferralResponse();
            Guid personId;
            if (knownId is { } known)
            {
                personId = (await op.LockedPersonAsync(known)).Id;
            }
            else
            {
                await IdentityTurn.TakeAsync(op.Db, fresh!, op.CancellationToken);
                var person = op.AddPerson(fresh!);
                personId = person.Id;
                response.Duplicates.AddRange(await op.FindDuplicatesAsync(
                    person, fresh!.MemberIds, await rules.ForAsync(op.Db, op.CancellationToken)));
            }

            var referral = new Referral
            {
                Id = op.Db.NewId(),
                NetworkId = op.Db.NetworkId,
                PersonId = personId,
                Source = source,
                SourceOrganization = organization,
                SourceContact = contact,
                ReferredOn = referredOn,
            };
            op.Db.Referrals.Add(referral);
            op.Audit("referral.create", "referral", referral.Id, personId);
            response.Referral = referral.ToMessage();
            return response;
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.GetReferralResponse> GetReferral(V1.GetReferralRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.ReferralId, "referral_id");
        validation.ThrowIfInvalid();
        return operations.AuditedReadAsync(context, async op =>
        {
            var referral = await FindAsync(op, id);
            var answers = await op.Db.EligibilityAnswers
                .Where(a => a.ReferralId == id)
                .ToListAsync(op.CancellationToken);
            op.Audit("referral.read", "referral", id, referral.PersonId);
            return new V1.GetReferralResponse
            {
                Referral = referral.ToMessage(),
                Answers = { answers.OrderBy(a => a.Question).Select(a => a.ToMessage()) },
            };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.AnswerEligibilityResponse> AnswerEligibility(
        V1.AnswerEligibilityRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.ReferralId, "referral_id");
        var answers = EligibilityRequest.Parse(request.Answers, validation);
        var recommended = request.RecommendedLevel == V1.LevelOfCare.Unspecified ? null : (LevelOfCare?)request.RecommendedLevel;
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var referral = await LockedAsync(op, id);
            var set = await rules.ForAsync(op.Db, op.CancellationToken);
            var state = await op.Db.Persons.Where(p => p.Id == referral.PersonId).Select(p => p.State).SingleAsync(op.CancellationToken);

            // No site has the person yet, so the rules are those of the state in which it lives.
            var scope = new RuleScope(State: state.Length == 0 ? null : state, Level: LevelOfCare.IntensiveOutpatient);
            var about = new DecisionAbout(id, SiteId: Guid.Empty, ProgramId: null, scope, UsDays.Latest(op.Now), referral.PersonId);
            var facts = new EligibilityFacts([.. answers.Where(a => !a.Yes).Select(a => a.Question)]);
            referral.Decide(Eligibility.Of(op.Db.Decide(rule, set, about, facts).Outcome, recommended));
            await op.RecordAnswersAsync(id, answers);
            await WaitlistReturns.ReconsiderAsync(op.Db, id, op.CancellationToken);
            op.Audit("referral.answer-eligibility", "referral", id, referral.PersonId);
            return new V1.AnswerEligibilityResponse { Referral = referral.ToMessage() };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.ListReferralsResponse> ListReferrals(V1.ListReferralsRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        validation.Require(Enum.IsDefined(request.Status), "status", "is not a known value");
        var personId = validation.OptionalId(request.PersonId, "person_id");
        validation.ThrowIfInvalid();
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var after = PageToken.Decode<ReferralKey>(request.Page?.Token ?? string.Empty);
        return operations.AuditedReadAsync(context, async op =>
        {
            var referrals = ReferralQueries.VisibleTo(op.Db, op.Caller);
            if (request.Status != V1.ReferralStatus.Unspecified)
            {
                var status = (ReferralStatus)request.Status;
                referrals = referrals.Where(r => r.Status == status);
            }

            if (personId is { } one)
            {
                var person = (await op.PersonAsync(one)).Id;
                referrals = referrals.Where(r => r.PersonId == person);
            }

            if (after is not null)
            {
                referrals = referrals.Where(r =>
                    r.ReferredOn < after.ReferredOn || (r.ReferredOn == after.ReferredOn && r.Id.CompareTo(after.Id) < 0));
            }

            var page = await referrals
                .OrderByDescending(r => r.ReferredOn)
                .ThenByDescending(r => r.Id)
                .Take(size + 1)
                .ToListAsync(op.CancellationToken);
            foreach (var person in page.Take(size).Select(r => r.PersonId).Distinct())
            {
                op.Audit("referral.list", "person", person, person);
            }

            return new V1.ListReferralsResponse
            {
                Referrals = { page.Take(size).Select(r => r.ToMessage()) },
                NextPageToken = page.Count > size
                    ? PageToken.Encode(new ReferralKey(page[size - 1].ReferredOn, page[size - 1].Id))
                    : string.Empty,
            };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.CloseReferralResponse> CloseReferral(V1.CloseReferralRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.ReferralId, "referral_id");
        validation.Require(
            request.Status is V1.ReferralStatus.Withdrawn or V1.ReferralStatus.Declined, "status", "must be WITHDRAWN or DECLINED");
        var reason = validation.Narrative(request.Reason, "reason", 1000);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var referral = await LockedAsync(op, id);
            Etag.Require(request.Etag, referral.Version);
            referral.Close((ReferralStatus)request.Status, reason);
            if (await op.Db.Offers.AnyAsync(o => o.ReferralId == id && o.Status == OfferStatus.Held, op.CancellationToken))
            {
                throw OfferErrors.Open.ToException();
            }

            if (await op.Db.WaitlistEntries.AnyAsync(
                e => e.ReferralId == id && (e.Status == WaitlistStatus.Waiting || e.Status == WaitlistStatus.Offered), op.CancellationToken))
            {
                throw Waiting.ToException();
            }

            op.Audit("referral.close", "referral", id, referral.PersonId);
            return new V1.CloseReferralResponse { Referral = referral.ToMessage() };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.ReceiveDocumentResponse> ReceiveDocument(V1.ReceiveDocumentRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.ReferralId, "referral_id");
        var kind = (DocumentKind)validation.Choice(request.Kind, "kind");
        var receivedOn = validation.Day(request.ReceivedOn, "received_on");
        var reference = validation.Text(request.Reference, "reference");
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            if (receivedOn > UsDays.Latest(op.Now))
            {
                throw DomainError.Invalid("received_on", "must not be in the future").ToException();
            }

            var referral = await FindAsync(op, id);
            var document = new ReceivedDocument
            {
                Id = op.Db.NewId(),
                NetworkId = op.Db.NetworkId,
                ReferralId = id,
                Kind = kind,
                ReceivedOn = receivedOn,
                Reference = reference,
                NotedBy = op.Caller.Subject,
            };
            op.Db.ReceivedDocuments.Add(document);
            op.Audit("referral.receive-document", "referral", id, referral.PersonId);
            return new V1.ReceiveDocumentResponse { Document = document.ToMessage() };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.ListDocumentsResponse> ListDocuments(V1.ListDocumentsRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.ReferralId, "referral_id");
        validation.ThrowIfInvalid();
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var after = PageToken.Decode<Guid?>(request.Page?.Token ?? string.Empty) ?? Guid.Empty;
        return operations.AuditedReadAsync(context, async op =>
        {
            var referral = await FindAsync(op, id);
            var page = await op.Db.ReceivedDocuments
                .Where(d => d.ReferralId == id && d.Id.CompareTo(after) > 0)
                .OrderBy(d => d.Id)
                .Take(size + 1)
                .ToListAsync(op.CancellationToken);
            op.Audit("referral.list-documents", "referral", id, referral.PersonId);
            return new V1.ListDocumentsResponse
            {
                Documents = { page.Take(size).Select(d => d.ToMessage()) },
                NextPageToken = page.Count > size ? PageToken.Encode<Guid?>(page[size - 1].Id) : string.Empty,
            };
        });
    }

    private static async Task<Referral> FindAsync(Operation<EnrollmentDbContext> op, Guid id)
    {
        var referral = await op.Db.Referrals.SingleOrDefaultAsync(r => r.Id == id, op.CancellationToken)
            ?? throw DomainError.NotFound("referral").ToException();
        await op.RequirePersonAsync(referral.PersonId, "referral");
        return referral;
    }

    private static async Task<Referral> LockedAsync(Operation<EnrollmentDbContext> op, Guid id)
    {
        var referral = await op.Db.LockedAsync<Referral>(id, op.CancellationToken)
            ?? throw DomainError.NotFound("referral").ToException();
        await op.RequirePersonAsync(referral.PersonId, "referral");
        return referral;
    }

    /// <summary>Sort key of a list.</summary>
    private sealed record ReferralKey(DateOnly ReferredOn, Guid Id);
}
