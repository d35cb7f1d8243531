using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Consents;
using Platform.Shared.Errors;
using Platform.Shared.Requests;
using Platform.Shared.Security;
using Platform.Shared.Time;

namespace Platform.Enrollment.Referrals;

/// <summary>Persons, as far as the caller and the person's consents allow. Every read leaves an audit row with its purpose.</summary>
internal sealed class PersonEndpoint(Operations<EnrollmentDbContext> operations) : V1.PersonService.PersonServiceBase
{
    private static readonly DomainError ConsentMissing = DomainError.Precondition(
        "CONSENT_MISSING", "No active consent of the person covers disclosure for payment (42 CFR 2.31).");

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician, CallerRole.Service)]
    public override Task<V1.GetPersonResponse> GetPerson(V1.GetPersonRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.PersonId, "person_id");
        var purpose = (Purpose)validation.Choice(request.Purpose, "purpose");
        validation.ThrowIfInvalid();
        return operations.AuditedReadAsync(context, async op =>
        {
            var person = await op.Db.Persons.SingleOrDefaultAsync(p => p.Id == id, op.CancellationToken)
                ?? throw DomainError.NotFound("person").ToException();
            await op.RequirePersonAsync(id, "person");
            if (purpose == Purpose.Payment && !await op.Db.IsConsentedAsync(id, purpose, await TodayAsync(op, id), op.CancellationToken))
            {
                throw ConsentMissing.ToException();
            }

            op.Audit("person.read", "person", id, id, purpose.ToString().ToUpperInvariant());
            return new V1.GetPersonResponse { Person = Message(person) };
        });
    }

    /// <summary>The day at the site that has, or had, the person in care last; before that, the day in UTC.</summary>
    private static async Task<DateOnly> TodayAsync(Operation<EnrollmentDbContext> op, Guid personId)
    {
        var zone = await (
            from episode in op.Db.Episodes
            join site in op.Db.Sites on episode.SiteId equals site.Id
            where episode.PersonId == personId
            orderby episode.AdmittedOn descending
            select site.TimeZone).FirstOrDefaultAsync(op.CancellationToken);
        return LocalDays.DayAt(op.Now, zone ?? "UTC");
    }

    private static V1.Person Message(Person person) => new()
    {
        Id = person.Id.ToString(),
        GivenName = person.GivenName,
        FamilyName = person.FamilyName,
        BirthDate = person.BirthDate.ToIso(),
        Sex = (V1.Sex)person.Sex,
        Address = new V1.Address { Street = person.Street, City = person.City, State = person.State, Zip = person.Zip },
        Diagnosis = person.Diagnosis,
    };
}
