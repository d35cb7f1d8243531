using Microsoft.EntityFrameworkCore;
using Platform.Shared.Security;

namespace Platform.Enrollment.Referrals.Duplicates;

/// <summary>Asks for pairs.</summary>
internal static class DuplicateQueries
{
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
