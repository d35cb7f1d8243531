using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Assessments.Asam;
using Platform.Enrollment.Assessments.Screening;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.RulePacks;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;
using Platform.Shared.Time;

namespace Platform.Enrollment.Assessments;

/// <summary>ASAM assessments and screenings: recorded, read, and due.</summary>
internal sealed class AssessmentEndpoint(Operations<EnrollmentDbContext> operations, EnrollmentRules rules)
    : V1.AssessmentService.AssessmentServiceBase
{
    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.RecordAsamAssessmentResponse> RecordAsamAssessment(
        V1.RecordAsamAssessmentRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var given = request.Assessment ?? new V1.AsamAssessment();
        var personId = validation.Id(given.PersonId, "assessment.person_id");
        var referralId = validation.OptionalId(given.ReferralId, "assessment.referral_id");
        var assessedOn = validation.Day(given.AssessedOn, "assessment.assessed_on");
        var finding = given.Parse(validation);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var (db, cancellationToken) = (op.Db, op.CancellationToken);
            var checks = new Validation();
            checks.Require(assessedOn <= UsDays.Latest(op.Now), "assessment.assessed_on", "must not be in the future");
            var person = (await op.LockedPersonAsync(personId)).Id;
            if (referralId is { } referral
                && !await db.Referrals.AnyAsync(r => r.Id == referral && r.PersonId == person, cancellationToken))
            {
                throw DomainError.NotFound("referral").ToException();
            }

            var asam = (await rules.ForAsync(db, cancellationToken)).Section(r => r.Asam, new RuleScope(), assessedOn);
            var form = asam.Rule.Forms.FirstOrDefault(f => f.Edition == finding.Edition);
            checks.Require(form is not null, "assessment.edition", "is not accepted by the rule pack that holds");
            if (form is not null)
            {
                finding.Check(form, checks);
            }

            checks.ThrowIfInvalid();
            var assessment = new AsamAssessment
            {
                Id = db.NewId(),
                NetworkId = db.NetworkId,
                PersonId = person,
                ReferralId = referralId,
                Edition = finding.Edition,
                AssessedOn = assessedOn,
                Ratings = finding.Ratings,
                Considerations = finding.Considerations,
                RecommendedLevel = finding.RecommendedLevel,
                ChosenLevel = finding.ChosenLevel,
                ChosenCare = form!.Levels[form.RankOf(finding.ChosenLevel)].Care,
                DifferenceReason = finding.DifferenceReason,
                RiskReason = finding.RiskReason,
                NeedsCoOccurringEnhanced = given.CoOccurringEnhanced,
                AssessedBy = op.Caller.Subject,
                RecordedAt = op.Now,
                RulePack = asam.Pack,
            };
            db.AsamAssessments.Add(assessment);
            op.Audit("assessment.record", "assessment", assessment.Id, person);
            return new V1.RecordAsamAssessmentResponse { Assessment = assessment.ToMessage() };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.ListAsamAssessmentsResponse> ListAsamAssessments(
        V1.ListAsamAssessmentsRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var personId = validation.Id(request.PersonId, "person_id");
        validation.ThrowIfInvalid();
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var after = PageToken.Decode<DayKey>(request.Page?.Token ?? string.Empty);
        return operations.AuditedReadAsync(context, async op =>
        {
            var person = (await op.PersonAsync(personId)).Id;
            var page = await op.Db.AsamAssessments
                .AsNoTracking()
                .Where(a => a.PersonId == person)
                .Where(a => after == null || a.AssessedOn < after.On || (a.AssessedOn == after.On && a.Id.CompareTo(after.Id) < 0))
                .OrderByDescending(a => a.AssessedOn)
                .ThenByDescending(a => a.Id)
                .Take(size + 1)
                .ToListAsync(op.CancellationToken);
            op.Audit("assessment.list", "person", person, person);
            return new V1.ListAsamAssessmentsResponse
            {
                Assessments = { page.Take(size).Select(a => a.ToMessage()) },
                NextPageToken = page.Count > size
                    ? PageToken.Encode(new DayKey(page[size - 1].AssessedOn, page[size - 1].Id))
                    : string.Empty,
            };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.RecordScreeningResponse> RecordScreening(V1.RecordScreeningRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var personId = validation.Id(request.PersonId, "person_id");
        var siteId = validation.Id(request.SiteId, "site_id");
        var instrument = (Instrument)validation.Choice(request.Instrument, "instrument");
        var takenOn = validation.Day(request.TakenOn, "taken_on");
        validation.ThrowIfInvalid();
        var form = Instruments.Of(instrument);
        var answers = form.Read([.. request.Answers.Select(a => (a.Item.Trim().ToUpperInvariant(), a.Value))], validation);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            op.Caller.RequireSite(siteId, "site");
            var (screening, alert) = await op.RecordAsync(rules, new TakenScreening(personId, siteId, form, takenOn, answers));
            return new V1.RecordScreeningResponse { Screening = screening.ToMessage(), Alert = alert?.ToMessage() };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.StrikeScreeningResponse> StrikeScreening(V1.StrikeScreeningRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.ScreeningId, "screening_id");
        var reason = validation.Narrative(request.Reason, "reason", 1000);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var (screening, alert) = await op.StrikeAsync(rules, id, reason);
            return new V1.StrikeScreeningResponse { Screening = screening.ToMessage(), Alert = alert?.ToMessage() };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.ListScreeningsResponse> ListScreenings(V1.ListScreeningsRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var personId = validation.Id(request.PersonId, "person_id");
        validation.Require(Enum.IsDefined(request.Instrument), "instrument", "is not a known value");
        validation.ThrowIfInvalid();
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var after = PageToken.Decode<DayKey>(request.Page?.Token ?? string.Empty);
        return operations.AuditedReadAsync(context, async op =>
        {
            var person = (await op.PersonAsync(personId)).Id;
            var screenings = op.Db.Screenings.AsNoTracking().Where(s => s.PersonId == person);
            if (request.Instrument != V1.Instrument.Unspecified)
            {
                var instrument = (Instrument)request.Instrument;
                screenings = screenings.Where(s => s.Instrument == instrument);
            }

            var page = await screenings
                .Where(s => after == null || s.TakenOn < after.On || (s.TakenOn == after.On && s.Id.CompareTo(after.Id) < 0))
                .OrderByDescending(s => s.TakenOn)
                .ThenByDescending(s => s.Id)
                .Take(size + 1)
                .ToListAsync(op.CancellationToken);
            op.Audit("screening.list", "person", person, person);
            return new V1.ListScreeningsResponse
            {
                Screenings = { page.Take(size).Select(s => s.ToMessage()) },
                NextPageToken = page.Count > size
                    ? PageToken.Encode(new DayKey(page[size - 1].TakenOn, page[size - 1].Id))
                    : string.Empty,
            };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.ListScreeningsDueResponse> ListScreeningsDue(V1.ListScreeningsDueRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var siteId = validation.Id(request.SiteId, "site_id");
        var until = validation.OptionalDay(request.Until, "until");
        validation.ThrowIfInvalid();
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var after = PageToken.Decode<Guid?>(request.Page?.Token ?? string.Empty) ?? Guid.Empty;
        return operations.AuditedReadAsync(context, async op =>
        {
            op.Caller.RequireSite(siteId, "site");
            var (due, next) = await op.DueAsync(rules, siteId, until, after, size);
            foreach (var person in due.Select(d => d.PersonId).Distinct())
            {
                op.Audit("screening.list-due", "person", person, person);
            }

            return new V1.ListScreeningsDueResponse
            {
                Due =
                {
                    due.Select(d => new V1.ScreeningDue
                    {
                        EpisodeId = d.EpisodeId.ToString(),
                        PersonId = d.PersonId.ToString(),
                        Instrument = (V1.Instrument)d.Instrument,
                        DueOn = d.DueOn.ToIso(),
                        LastTakenOn = d.LastTakenOn.ToIso(),
                    }),
                },
                NextPageToken = next is null ? string.Empty : PageToken.Encode(next),
            };
        });
    }

    /// <summary>Sort key of a list.</summary>
    private sealed record DayKey(DateOnly On, Guid Id);
}
