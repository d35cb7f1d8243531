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
        return caller.Sites is not { } sites
            ? pairs
            : pairs.Where(pair =>
                (!db.Offers.Any(o => o.PersonId == pair.PersonId)
                    || db.Offers.Any(o => o.PersonId == pair.PersonId && sites.Contains(o.SiteId)))
                && (!db.Offers.Any(o => o.PersonId == pair.KnownPersonId)
                    || db.Offers.Any(o => o.PersonId == pair.KnownPersonId && sites.Contains(o.SiteId))));
    }
}
