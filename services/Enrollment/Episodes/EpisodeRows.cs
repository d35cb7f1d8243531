using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Referrals;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;

namespace Platform.Enrollment.Episodes;

/// <summary>Episodes with their course, read or locked.</summary>
internal static class EpisodeRows
{
    /// <summary>An episode that is to be changed by whoever may change what is at its site, locked, with its course.</summary>
    /// <param name="op">The call.</param>
    /// <param name="id">The episode.</param>
    /// <param name="etag">The etag that was read.</param>
    /// <exception cref="DomainException">NOT_FOUND; INVALID_ARGUMENT or ABORTED: the etag.</exception>
    public static async Task<Episode> EpisodeToChangeAsync(this Operation<EnrollmentDbContext> op, Guid id, string etag)
    {
        var episode = await op.Db.LockedAsync<Episode>(id, op.CancellationToken) ?? throw DomainError.NotFound("episode").ToException();
        op.Caller.RequireSite(episode.SiteId, "episode");
        Etag.Require(etag, episode.Version);
        await op.Db.LoadCourseAsync(episode, op.CancellationToken);
        return episode;
    }

    /// <summary>
    /// The same with its person locked first, as an admission and a screening do: of the two, one finds the other. After a merge, the
    /// person that was kept.
    /// </summary>
    /// <exception cref="DomainException">NOT_FOUND; INVALID_ARGUMENT or ABORTED: the etag.</exception>
    public static async Task<Episode> EpisodeOfPersonToChangeAsync(this Operation<EnrollmentDbContext> op, Guid id, string etag)
    {
        var known = await op.Db.Episodes.Where(e => e.Id == id).Select(e => new { e.PersonId, e.SiteId }).SingleOrDefaultAsync(op.CancellationToken)
            ?? throw DomainError.NotFound("episode").ToException();
        op.Caller.RequireSite(known.SiteId, "episode");
        await op.LockedPersonAsync(known.PersonId);
        return await op.EpisodeToChangeAsync(id, etag);
    }

    /// <summary>Reads the course of a tracked episode.</summary>
    public static async Task LoadCourseAsync(this EnrollmentDbContext db, Episode episode, CancellationToken cancellationToken)
    {
        await db.EpisodeStays.Where(s => s.EpisodeId == episode.Id).OrderBy(s => s.Number).LoadAsync(cancellationToken);
        if (episode.Stays.Count == 0)
        {
            episode.BeginCourse();
        }
    }

    /// <summary>
    /// An episode for reading, with its course: for whoever sees its site, or that of an earlier stay, since both keep the record of
    /// a person who moved.
    /// </summary>
    /// <exception cref="DomainException">NOT_FOUND.</exception>
    public static async Task<Episode> EpisodeToReadAsync(this Operation<EnrollmentDbContext> op, Guid id)
    {
        var episode = await op.Db.Episodes.AsNoTracking().Include(e => e.Stays).SingleOrDefaultAsync(e => e.Id == id, op.CancellationToken)
            ?? throw DomainError.NotFound("episode").ToException();
        if (episode.Stays.Count == 0)
        {
            episode.BeginCourse();
        }

        episode.Stays.Sort((one, other) => one.Number.CompareTo(other.Number));
        return episode.Stays.Exists(stay => op.Caller.Sees(stay.SiteId)) ? episode : throw DomainError.NotFound("episode").ToException();
    }
}
