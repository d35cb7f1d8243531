using Microsoft.EntityFrameworkCore;
using Platform.Shared.Errors;
using Platform.Shared.Requests;

namespace Platform.Enrollment.Referrals;

/// <summary>
/// Who of a network sees a person: callers of the whole network; and callers of single sites while no site has the person yet
/// (intake), or when one of theirs offered a place or has, or had, the person in care. For others the person does not exist
/// (minimum necessary, 45 CFR 164.502(b)).
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

    /// <summary>Those of some persons whom the caller may see.</summary>
    public static async Task<HashSet<Guid>> VisibleAsync(
        this Operation<EnrollmentDbContext> operation, IReadOnlyCollection<Guid> personIds)
    {
        if (operation.Caller.Sites is not { } sites || personIds.Count == 0)
        {
            return [.. personIds];
        }

        // Every admission came from an offer; a transfer did not.
        var db = operation.Db;
        var known = (await db.Offers
            .Where(offer => personIds.Contains(offer.PersonId))
            .Select(offer => new { offer.PersonId, offer.SiteId })
            .Union(
                from episode in db.Episodes
                join stay in db.EpisodeStays on episode.Id equals stay.EpisodeId
                where personIds.Contains(episode.PersonId)
                select new { episode.PersonId, stay.SiteId })
            .ToListAsync(operation.CancellationToken))
            .ToLookup(place => place.PersonId, place => place.SiteId);
        return [.. personIds.Where(person => !known.Contains(person) || known[person].Any(sites.Contains))];
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
