using Microsoft.EntityFrameworkCore;
using Platform.Shared.Security;

namespace Platform.Enrollment.Referrals.Duplicates;

/// <summary>Asks for pairs.</summary>
internal static class DuplicateQueries
{
    /// <summary>The pairs of a person, which may be the one or the other of them.</summary>
    public static IQueryable<DuplicatePair> Of(this IQueryable<DuplicatePair> pairs, Guid personId) =>
        pairs.Where(pair => pair.PersonId == personId || pair.KnownPersonId == personId);

    /// <summary>The open pairs of which a caller may see both records, by the rule of <see cref="PersonAccess"/>.</summary>
    public static IQueryable<DuplicatePair> OpenFor(EnrollmentDbContext db, Caller caller)
    {
        var pairs = db.DuplicatePairs.AsNoTracking().Where(pair => pair.Status == DuplicateStatus.Open);
        var persons = db.Persons.VisibleTo(db, caller);
        return caller.Sites is null
            ? pairs
            : pairs.Where(pair => persons.Any(p => p.Id == pair.PersonId) && persons.Any(p => p.Id == pair.KnownPersonId));
    }
}
