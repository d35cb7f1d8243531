using System.Text.RegularExpressions;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Sites;
using Platform.Shared.Errors;
using Platform.Shared.Requests;
using Platform.Shared.Security;
using Platform.Shared.Time;

namespace Platform.Enrollment.Referrals;

/// <summary>Referrals and whether they are eligible.</summary>
internal sealed partial class ReferralEndpoint(Operations<EnrollmentDbContext> operations) : V1.ReferralService.ReferralServiceBase
{
    private static readonly DateOnly EarliestBirth = new(1900, 1, 1);

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.CreateReferralResponse> CreateReferral(V1.CreateReferralRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var source = (ReferralSource)validation.Choice(request.Source, "source");
        var referredOn = validation.Day(request.ReferredOn, "referred_on");
        var given = request.Person ?? new V1.Person();
        var knownId = validation.OptionalId(given.Id, "person.id");
        var fresh = knownId is null ? PersonFields.Parse(given, validation) : null;
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var latest = UsDays.Latest(op.Now);
            validation.Require(referredOn <= latest, "referred_on", "must not be in the future");
            if (fresh is not null)
            {
                validation.Require(
                    fresh.BirthDate >= EarliestBirth && fresh.BirthDate <= latest, "person.birth_date", "is not a day on which a living person was born");
                validation.Require(fresh.BirthDate <= referredOn, "referred_on", "must not be before birth");
            }

            validation.ThrowIfInvalid();
            var personId = knownId is { } known ? await KnownAsync(op, known) : Add(op, fresh!);
            var referral = new Referral
            {
                Id = op.Db.NewId(),
                NetworkId = op.Db.NetworkId,
                PersonId = personId,
                Source = source,
                ReferredOn = referredOn,
            };
            op.Db.Referrals.Add(referral);
            op.Audit("referral.create", "referral", referral.Id, personId);
            return new V1.CreateReferralResponse { Referral = Message(referral) };
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
            var referral = await op.Db.Referrals.SingleOrDefaultAsync(r => r.Id == id, op.CancellationToken)
                ?? throw DomainError.NotFound("referral").ToException();
            await op.RequirePersonAsync(referral.PersonId, "referral");
            op.Audit("referral.read", "referral", id, referral.PersonId);
            return new V1.GetReferralResponse { Referral = Message(referral) };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.AnswerEligibilityResponse> AnswerEligibility(
        V1.AnswerEligibilityRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.ReferralId, "referral_id");
        var answers = request.Answers.Select(a => new GivenAnswer((EligibilityQuestion)a.Question, a.Yes, a.Reason.Trim())).ToList();
        var recommended = request.RecommendedLevel == V1.LevelOfCare.Unspecified ? null : (LevelOfCare?)request.RecommendedLevel;
        var eligibility = Eligibility.Decide(answers, recommended, validation);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var referral = await op.Db.LockedAsync<Referral>(id, op.CancellationToken)
                ?? throw DomainError.NotFound("referral").ToException();
            await op.RequirePersonAsync(referral.PersonId, "referral");
            referral.Decide(eligibility);
            await RecordAsync(op, id, answers);
            op.Audit("referral.answer-eligibility", "referral", id, referral.PersonId);
            return new V1.AnswerEligibilityResponse { Referral = Message(referral) };
        });
    }

    private static async Task RecordAsync(Operation<EnrollmentDbContext> op, Guid referralId, IReadOnlyList<GivenAnswer> given)
    {
        var earlier = await op.Db.EligibilityAnswers
            .Where(a => a.ReferralId == referralId)
            .ToDictionaryAsync(a => a.Question, op.CancellationToken);
        foreach (var answer in given)
        {
            if (!earlier.TryGetValue(answer.Question, out var row))
            {
                row = new EligibilityAnswer
                {
                    NetworkId = op.Db.NetworkId,
                    ReferralId = referralId,
                    Question = answer.Question,
                };
                op.Db.EligibilityAnswers.Add(row);
            }

            row.Yes = answer.Yes;
            row.Reason = answer.Reason;
            row.AnsweredBy = op.Caller.Subject;
            row.AnsweredAt = op.Now;
        }
    }

    private static async Task<Guid> KnownAsync(Operation<EnrollmentDbContext> op, Guid personId)
    {
        if (!await op.Db.Persons.AnyAsync(p => p.Id == personId, op.CancellationToken))
        {
            throw DomainError.NotFound("person").ToException();
        }

        await op.RequirePersonAsync(personId, "person");
        return personId;
    }

    private static Guid Add(Operation<EnrollmentDbContext> op, PersonFields fields)
    {
        var person = fields.ToPerson(op.Db.NewId(), op.Db.NetworkId);
        op.Db.Persons.Add(person);
        op.Audit("person.create", "person", person.Id, person.Id);
        return person.Id;
    }

    private static V1.Referral Message(Referral referral) => new()
    {
        Id = referral.Id.ToString(),
        PersonId = referral.PersonId.ToString(),
        Source = (V1.ReferralSource)referral.Source,
        ReferredOn = referral.ReferredOn.ToIso(),
        Status = (V1.ReferralStatus)referral.Status,
    };

    /// <summary>What a referral says of a person, checked.</summary>
    private sealed partial record PersonFields(
        string GivenName, string FamilyName, DateOnly BirthDate, Sex Sex, string Street, string City, string State, string Zip,
        string Diagnosis)
    {
        public static PersonFields Parse(V1.Person person, Validation validation)
        {
            var address = person.Address ?? new V1.Address();
            var state = address.State.Trim().ToUpperInvariant();
            var zip = address.Zip.Replace("-", string.Empty, StringComparison.Ordinal).Trim();
            var diagnosis = person.Diagnosis.Replace(".", string.Empty, StringComparison.Ordinal).Trim().ToUpperInvariant();
            validation.Require(Enum.IsDefined(person.Sex), "person.sex", "is not a known value");
            validation.Require(state.Length == 0 || UsPlaces.IsState(state), "person.address.state", "is not a two-letter code of a state");
            validation.Require(
                zip.Length == 0 || (zip.Length is 5 or 9 && zip.All(char.IsAsciiDigit)), "person.address.zip", "must be 5 or 9 digits");
            validation.Require(
                diagnosis.Length == 0 || DiagnosisCode().IsMatch(diagnosis), "person.diagnosis", "is not an ICD-10-CM code");
            return new PersonFields(
                validation.Text(person.GivenName, "person.given_name", 100),
                validation.Text(person.FamilyName, "person.family_name", 100),
                validation.Day(person.BirthDate, "person.birth_date"),
                (Sex)person.Sex,
                validation.OptionalText(address.Street, "person.address.street"),
                validation.OptionalText(address.City, "person.address.city", 100),
                state,
                zip,
                diagnosis);
        }

        public Person ToPerson(Guid id, Guid networkId) => new()
        {
            Id = id,
            NetworkId = networkId,
            GivenName = GivenName,
            FamilyName = FamilyName,
            BirthDate = BirthDate,
            Sex = Sex,
            Street = Street,
            City = City,
            State = State,
            Zip = Zip,
            Diagnosis = Diagnosis,
        };

        /// <summary>ICD-10-CM: a letter, a digit, a digit or letter, and up to four more.</summary>
        [GeneratedRegex("^[A-Z][0-9][0-9A-Z][0-9A-Z]{0,4}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
        private static partial Regex DiagnosisCode();
    }
}
