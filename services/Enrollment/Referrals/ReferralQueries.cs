using Microsoft.EntityFrameworkCore;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Enrollment.Referrals;

/// <summary>Reads and writes of referrals that more than one call needs.</summary>
internal static class ReferralQueries
{
    /// <summary>The referrals of persons whom a caller may see, by the rule of <see cref="PersonAccess"/>.</summary>
    public static IQueryable<Referral> VisibleTo(EnrollmentDbContext db, Caller caller)
    {
        var referrals = db.Referrals.AsNoTracking();
        var persons = db.Persons.VisibleTo(db, caller);
        return caller.Sites is null ? referrals : referrals.Where(r => persons.Any(p => p.Id == r.PersonId));
    }

    /// <summary>The referral, locked after its person; null when there is none.</summary>
    public static async Task<Referral?> LockedWithPersonAsync(this EnrollmentDbContext db, Guid id, CancellationToken cancellationToken)
    {
        if (!db.IsPostgres)
        {
            return await db.LockedAsync<Referral>(id, cancellationToken);
        }

        // Rows are locked in the order in which they are named. One that a merge gave another person meanwhile is looked for again.
        Referral? referral;
        do
        {
            referral = await db.Referrals
                .FromSql($"SELECT r.* FROM referral r JOIN person p ON p.id = r.person_id WHERE r.id = {id} FOR UPDATE OF p, r")
                .SingleOrDefaultAsync(cancellationToken);
        }
        while (referral is null && await db.Referrals.AnyAsync(r => r.Id == id, cancellationToken));
        return referral;
    }

    /// <summary>Records a new person.</summary>
    public static Person AddPerson(this Operation<EnrollmentDbContext> op, PersonFields fields)
    {
        var person = Person.Of(op.Db.NewId(), op.Db.NetworkId, fields);
        op.Db.Persons.Add(person);
        op.AddMemberIds(person.Id, fields.MemberIds);
        op.Audit("person.create", "person", person.Id, person.Id);
        return person;
    }

    /// <summary>Records ids that payers gave.</summary>
    public static void AddMemberIds(this Operation<EnrollmentDbContext> op, Guid personId, IEnumerable<MemberNumber> numbers) =>
        op.Db.MemberIds.AddRange(numbers.Select(number => new PersonMemberId
        {
            NetworkId = op.Db.NetworkId,
            PersonId = personId,
            PayerCode = number.PayerCode,
            Number = number.Number,
        }));

    /// <summary>The ids that payers gave a person.</summary>
    public static async Task<IReadOnlyList<PersonMemberId>> MemberIdsAsync(
        this EnrollmentDbContext db, Guid personId, CancellationToken cancellationToken) =>
        await db.MemberIds
            .Where(m => m.PersonId == personId)
            .OrderBy(m => m.PayerCode)
            .ThenBy(m => m.Number)
            .ToListAsync(cancellationToken);

    /// <summary>Keeps the answers that decided a referral's eligibility; a corrected one replaces the earlier.</summary>
    public static async Task RecordAnswersAsync(
        this Operation<EnrollmentDbContext> op, Guid referralId, IReadOnlyList<GivenAnswer> given)
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
}
