using Microsoft.EntityFrameworkCore;
using Platform.Shared.Errors;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Enrollment.Referrals;

/// <summary>
/// Who of a network sees a person: callers of the whole network; and callers of single sites while no site has the person yet
/// (intake), or when one of theirs offered a place or has, or had, the person in care, or the person waits for a place there. For
/// others the person does not exist (minimum necessary, 45 CFR 164.502(b)).
/// </summary>
internal static class PersonAccess
{
    /// <summary>Answers as if the person did not exist when the caller may not see it.</summary>
    /// <param name="operation">The call.</param>
    /// <param name="personId">The person.</param>
    /// <param name="what">The field's word for what was asked for, such as <c>referral</c>.</param>
    /// <exception cref="DomainException">NOT_FOUND.</exception>
    public static async Task RequirePersonAsync(this Operation<EnrollmentDbContext> operation, Guid personId, string what)
    {
        if ((await operation.VisibleAsync([personId])).Count == 0)
        {
            throw DomainError.NotFound(what).ToException();
        }
    }

    /// <summary>Those of a query whom a caller may see.</summary>
    public static IQueryable<Person> VisibleTo(this IQueryable<Person> persons, EnrollmentDbContext db, Caller caller)
    {
        if (caller.Sites is not { } sites)
        {
            return persons;
        }

        var wanted = db.WaitlistWants.Where(w => w.IsOpen
            && (sites.Contains(w.TargetId)
                || db.Programs.Any(program => program.Id == w.TargetId && sites.Contains(program.SiteId))
                || db.Sites.Any(site => site.RegionId == w.TargetId && sites.Contains(site.Id))));

        // Every admission came from an offer; a transfer did not.
        return persons.Where(p =>
            db.Offers.Any(o => o.PersonId == p.Id && sites.Contains(o.SiteId))
            || db.Referrals.Any(r => r.PersonId == p.Id
                && db.WaitlistEntries.Any(e => e.ReferralId == r.Id && wanted.Any(w => w.EntryId == e.Id)))
            || db.Episodes.Any(e => e.PersonId == p.Id && e.Stays.Any(s => sites.Contains(s.SiteId)))
            || (!db.Offers.Any(o => o.PersonId == p.Id) && !db.Episodes.Any(e => e.PersonId == p.Id)));
    }

    /// <summary>Those of some persons whom the caller may see.</summary>
    public static async Task<HashSet<Guid>> VisibleAsync(
        this Operation<EnrollmentDbContext> operation, IReadOnlyCollection<Guid> personIds)
    {
        if (operation.Caller.Sites is null || personIds.Count == 0)
        {
            return [.. personIds];
        }

        return
        [
            .. await operation.Db.Persons
                .Where(p => personIds.Contains(p.Id))
                .VisibleTo(operation.Db, operation.Caller)
                .Select(p => p.Id)
                .ToListAsync(operation.CancellationToken),
        ];
    }

    /// <summary>The person behind an id, which may be that of a record that was merged into another.</summary>
    /// <param name="operation">The call.</param>
    /// <param name="id">An id that was given.</param>
    /// <exception cref="DomainException">NOT_FOUND.</exception>
    public static async Task<Person> PersonAsync(this Operation<EnrollmentDbContext> operation, Guid id)
    {
        var person = await operation.FindAsync(id);
        if (person.MergedIntoId is { } kept)
        {
            person = await operation.FindAsync(kept);
        }

        await operation.RequirePersonAsync(person.Id, "person");
        return person;
    }

    /// <summary>
    /// The person behind an id, locked, so that whatever is recorded of it now is not left behind by a merge. First in the order
    /// of locks.
    /// </summary>
    /// <param name="operation">The call.</param>
    /// <param name="id">An id that was given.</param>
    /// <exception cref="DomainException">NOT_FOUND.</exception>
    public static async Task<Person> LockedPersonAsync(this Operation<EnrollmentDbContext> operation, Guid id)
    {
        for (Guid? next = id; ;)
        {
            var person = await operation.Db.LockedAsync<Person>(next.Value, operation.CancellationToken)
                ?? throw DomainError.NotFound("person").ToException();
            next = person.MergedIntoId;
            if (next is null)
            {
                await operation.RequirePersonAsync(person.Id, "person");
                return person;
            }
        }
    }

    private static async Task<Person> FindAsync(this Operation<EnrollmentDbContext> operation, Guid id) =>
        await operation.Db.Persons.SingleOrDefaultAsync(p => p.Id == id, operation.CancellationToken)
        ?? throw DomainError.NotFound("person").ToException();
}
