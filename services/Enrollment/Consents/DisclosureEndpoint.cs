using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Referrals;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Enrollment.Consents;

/// <summary>Whether something may be disclosed, and the accounting of what was.</summary>
internal sealed class DisclosureEndpoint(Operations<EnrollmentDbContext> operations, DisclosureDesk desk)
    : V1.DisclosureService.DisclosureServiceBase
{
    /// <summary>As many as a claim file has claims at the most.</summary>
    private const int MostSubjects = 5000;

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician, CallerRole.Service)]
    public override Task<V1.MayDiscloseResponse> MayDisclose(V1.MayDiscloseRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var personId = validation.Id(request.PersonId, "person_id");
        var question = Parse(request.Question, context, validation);
        validation.ThrowIfInvalid();
        return operations.AuditedReadAsync(context, async op =>
        {
            var answer = (await desk.AskAsync(op, [new DisclosureSubject(personId, EpisodeId: null)], question, recording: false))[0];
            op.Audit("disclosure.ask", "person", answer.PersonId, answer.PersonId, question.Purpose.ToCode());
            return new V1.MayDiscloseResponse { Decision = answer.ToMessage() };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician, CallerRole.Service)]
    public override async Task<V1.RecordDisclosureResponse> RecordDisclosure(V1.RecordDisclosureRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var personId = validation.Id(request.PersonId, "person_id");
        var question = Parse(request.Question, context, validation);
        var description = validation.Narrative(request.Description, "description", 2000);
        var disclosedAt = validation.OptionalInstant(request.DisclosedAt, "disclosed_at");
        validation.Require(
            disclosedAt is null || question.Exception == DisclosureGround.MedicalEmergency,
            "disclosed_at",
            "is for an emergency; what is disclosed otherwise is recorded before");
        validation.ThrowIfInvalid();
        Guid? refused = null;
        try
        {
            return await operations.CommandAsync(context, request.RequestId, request, async op =>
            {
                var at = disclosedAt ?? op.Now;
                if (at > op.Now)
                {
                    throw DomainError.Invalid("disclosed_at", "must not be in the future").ToException();
                }

                var answer = (await desk.AskAsync(op, [new DisclosureSubject(personId, EpisodeId: null)], question, recording: true))[0];
                if (!answer.Decision.IsAllowed)
                {
                    refused = answer.PersonId;
                    throw DisclosureReasons.ErrorOf(answer.Decision.Reason).ToException();
                }

                var disclosure = Record(op, answer, at, description);
                return new V1.RecordDisclosureResponse { Disclosure = disclosure.ToMessage(), Decision = answer.ToMessage() };
            });
        }
        catch (DomainException) when (refused is not null)
        {
            // Nothing of the transaction stands, so the refusal is audited in one of its own.
            await operations.AuditedReadAsync(context, op =>
            {
                op.Audit("disclosure.refuse", "person", refused.Value, refused, question.Purpose.ToCode());
                return Task.FromResult(true);
            });
            throw;
        }
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Service)]
    public override Task<V1.RecordJointDisclosureResponse> RecordJointDisclosure(
        V1.RecordJointDisclosureRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var question = Parse(request.Question, context, validation);
        var description = validation.Narrative(request.Description, "description", 2000);
        validation.Require(request.Subjects.Count is > 0 and <= MostSubjects, "subjects", $"must be from 1 to {MostSubjects}");
        var subjects = request.Subjects.Take(MostSubjects).Select((subject, i) => new DisclosureSubject(
            validation.Id(subject.PersonId, $"subjects[{i}].person_id"),
            validation.OptionalId(subject.EpisodeId, $"subjects[{i}].episode_id"))).ToList();
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var answers = await desk.AskAsync(op, subjects, question, recording: true);
            var refused = answers.Where(answer => !answer.Decision.IsAllowed).ToList();
            foreach (var answer in refused)
            {
                op.Audit("disclosure.refuse", "person", answer.PersonId, answer.PersonId, question.Purpose.ToCode());
            }

            var response = new V1.RecordJointDisclosureResponse
            {
                Refused =
                {
                    refused.Select(answer => new V1.RefusedSubject
                    {
                        PersonId = answer.Subject.PersonId.ToString(),
                        Reason = (V1.DisclosureReason)answer.Decision.Reason,
                    }),
                },
            };
            if (refused.Count > 0)
            {
                return response;
            }

            foreach (var answer in answers)
            {
                Record(op, answer, op.Now, description);
            }

            // The scope differs from person to person and is not said of all together.
            if (answers.FirstOrDefault(answer => answer.Decision.Notice is not null)?.Decision.Notice is { } notice)
            {
                response.Notice = new V1.DisclosureNotice { LongForm = notice.LongForm, ShortForm = notice.ShortForm };
            }

            return response;
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.ListDisclosuresResponse> ListDisclosures(V1.ListDisclosuresRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var given = validation.Id(request.PersonId, "person_id");
        var from = validation.OptionalDay(request.From, "from");
        var to = validation.OptionalDay(request.To, "to");
        var consentId = validation.OptionalId(request.ConsentId, "consent_id");
        var through = validation.OptionalText(request.Through, "through", 300);
        validation.Require(from is null || to is null || from <= to, "to", "must not be before from");
        validation.ThrowIfInvalid();
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var before = PageToken.Decode<DisclosureKey>(request.Page?.Token ?? string.Empty);
        return operations.AuditedReadAsync(context, async op =>
        {
            var personId = (await op.PersonAsync(given)).Id;
            var today = DateOnly.FromDateTime(op.Now.UtcDateTime);
            var first = Midnight(from ?? today.AddYears(-await desk.AccountingYearsAsync(op)));
            var end = Midnight((to ?? today).AddDays(1));
            var disclosures = op.Db.Disclosures.AsNoTracking()
                .Where(d => d.PersonId == personId && d.DisclosedAt >= first && d.DisclosedAt < end)
                .Where(d => consentId == null || d.ConsentId == consentId)
                .Where(d => through.Length == 0 || d.Through == through);
            if (before is not null)
            {
                disclosures = disclosures.Where(d =>
                    d.DisclosedAt < before.At || (d.DisclosedAt == before.At && d.Id.CompareTo(before.Id) < 0));
            }

            var page = await disclosures
                .OrderByDescending(d => d.DisclosedAt)
                .ThenByDescending(d => d.Id)
                .Take(size + 1)
                .ToListAsync(op.CancellationToken);
            op.Audit("disclosure.list", "person", personId, personId);
            return new V1.ListDisclosuresResponse
            {
                Disclosures = { page.Take(size).Select(DisclosureMessages.ToMessage) },
                NextPageToken = page.Count > size
                    ? PageToken.Encode(new DisclosureKey(page[size - 1].DisclosedAt, page[size - 1].Id))
                    : string.Empty,
            };
        });
    }

    private static Disclosure Record(Operation<EnrollmentDbContext> op, DisclosureAnswer answer, DateTimeOffset at, string description)
    {
        var disclosure = Disclosure.Of(
            op.Db.NewId(), op.Db.NetworkId, answer.PersonId, at, answer.Question, answer.Decision, description, op.Caller.Subject,
            answer.RulePack);
        op.Db.Disclosures.Add(disclosure);
        op.Audit("disclosure.record", "disclosure", disclosure.Id, disclosure.PersonId, answer.Question.Purpose.ToCode());
        return disclosure;
    }

    /// <summary>A caller of single sites discloses for one of them, and not for the network.</summary>
    private static DisclosureQuestion Parse(V1.DisclosureQuestion? given, ServerCallContext context, Validation validation)
    {
        var question = DisclosureMessages.Parse(given, "question", validation);
        validation.Require(
            question.SiteId is not null || context.GetCaller().Sites is null, "question.site_id", "is required of who sees some sites only");
        return question;
    }

    private static DateTimeOffset Midnight(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    private sealed record DisclosureKey(DateTimeOffset At, Guid Id);
}
