using Microsoft.EntityFrameworkCore;
using Platform.Contracts.Events.Scheduling;
using Platform.Scheduling.Episodes;
using Platform.Scheduling.Groups;
using Platform.Shared.Errors;

namespace Platform.Scheduling.Bookings;

/// <summary>Books a person into a group's sessions and releases them, under the locks that <see cref="Locks"/> takes.</summary>
internal static class BookingBook
{
    /// <summary>Books all sessions of the group from a day on that are not booked yet; returns those.</summary>
    /// <exception cref="DomainException">PERSON_BUSY, GROUP_FULL, NO_SESSIONS_LEFT.</exception>
    public static async Task<IReadOnlyList<Session>> BookAsync(
        SchedulingDbContext db, Group group, Episode episode, DateOnly from, CancellationToken cancellationToken)
    {
        var sessions = await SessionsAsync(db, db.Sessions.Where(s => s.GroupId == group.Id && s.On >= from), cancellationToken);
        if (sessions.Count == 0)
        {
            throw SchedulingErrors.NothingToBook.ToException();
        }

        var (start, end) = (sessions.Min(s => s.StartsAt), sessions.Max(s => s.EndsAt));
        var busy = await db.Bookings
            .Where(b => b.PersonId == episode.PersonId && b.EndsAt > start && b.StartsAt < end)
            .OrderBy(b => b.StartsAt)
            .ToListAsync(cancellationToken);
        var booked = busy.Where(b => b.EpisodeId == episode.Id).Select(b => b.SessionId).ToHashSet();
        var added = sessions.Where(s => !booked.Contains(s.Id)).OrderBy(s => s.StartsAt).ToList();
        if (Overlaps.Any(added.ConvertAll(s => (s.StartsAt, s.EndsAt)), busy.ConvertAll(b => (b.StartsAt, b.EndsAt))))
        {
            throw SchedulingErrors.PersonBusy.ToException();
        }

        if (added.Any(s => s.Booked >= s.Maximum))
        {
            throw SchedulingErrors.GroupFull.ToException();
        }

        foreach (var session in added)
        {
            session.Booked++;
            db.Bookings.Add(new Booking
            {
                SessionId = session.Id,
                EpisodeId = episode.Id,
                NetworkId = db.NetworkId,
                GroupId = group.Id,
                PersonId = episode.PersonId,
                StartsAt = session.StartsAt,
                EndsAt = session.EndsAt,
            });
        }

        if (added.Count > 0)
        {
            var member = await MemberAsync(db, group.Id, episode.Id, cancellationToken);
            db.Publish(
                new EpisodeBooked(group.Id, episode.Id, episode.PersonId, ++member.Version, added.ConvertAll(group.Facts)),
                group.Id);
        }

        return added;
    }

    /// <summary>Releases the person from the group's sessions from a day on; returns how many.</summary>
    public static Task<int> ReleaseAsync(
        SchedulingDbContext db, Group group, Episode episode, DateOnly from, CancellationToken cancellationToken) =>
        ReleaseAsync(db, group, episode, db.Sessions.Where(s => s.On >= from), cancellationToken);

    /// <summary>Releases the person from the sessions of all groups that are to be released, by program and day.</summary>
    public static async Task ReleaseAllAsync(
        SchedulingDbContext db, Episode episode, Func<Guid, DateOnly, bool> isToBeReleased, CancellationToken cancellationToken)
    {
        var groups = await db.Groups
            .Where(g => db.Members.Any(m => m.GroupId == g.Id && m.EpisodeId == episode.Id))
            .OrderBy(g => g.Id)
            .ToListAsync(cancellationToken);
        foreach (var group in groups)
        {
            var booked = await db.Sessions
                .Where(s => s.GroupId == group.Id && db.Bookings.Any(b => b.SessionId == s.Id && b.EpisodeId == episode.Id))
                .Select(s => new { s.Id, s.On })
                .ToListAsync(cancellationToken);
            var ids = booked.Where(s => isToBeReleased(group.ProgramId, s.On)).Select(s => s.Id).ToList();
            if (ids.Count > 0)
            {
                await ReleaseAsync(db, group, episode, db.Sessions.Where(s => ids.Contains(s.Id)), cancellationToken);
            }
        }
    }

    private static async Task<int> ReleaseAsync(
        SchedulingDbContext db, Group group, Episode episode, IQueryable<Session> which, CancellationToken cancellationToken)
    {
        var sessions = await SessionsAsync(
            db,
            which.Where(s => s.GroupId == group.Id && db.Bookings.Any(b => b.SessionId == s.Id && b.EpisodeId == episode.Id)),
            cancellationToken);
        if (sessions.Count == 0)
        {
            return 0;
        }

        var ids = sessions.Select(s => s.Id).ToList();
        await db.Bookings.Where(b => b.EpisodeId == episode.Id && ids.Contains(b.SessionId)).ExecuteDeleteAsync(cancellationToken);
        foreach (var session in sessions)
        {
            session.Booked--;
        }

        var member = await MemberAsync(db, group.Id, episode.Id, cancellationToken);
        db.Publish(
            new EpisodeReleased(group.Id, episode.Id, ++member.Version, [.. sessions.Select(group.Facts)]), group.Id);
        return sessions.Count;
    }

    private static async Task<GroupMember> MemberAsync(
        SchedulingDbContext db, Guid groupId, Guid episodeId, CancellationToken cancellationToken)
    {
        var member = await db.Members.SingleOrDefaultAsync(
            m => m.GroupId == groupId && m.EpisodeId == episodeId, cancellationToken);
        if (member is null)
        {
            member = new GroupMember { GroupId = groupId, EpisodeId = episodeId, NetworkId = db.NetworkId };
            db.Members.Add(member);
        }

        return member;
    }

    /// <summary>The sessions of a query, locked in the order of their ids.</summary>
    private static async Task<List<Session>> SessionsAsync(
        SchedulingDbContext db, IQueryable<Session> query, CancellationToken cancellationToken)
    {
        if (!db.IsPostgres)
        {
            return await query.OrderBy(s => s.Id).ToListAsync(cancellationToken);
        }

        var ids = await query.OrderBy(s => s.Id).Select(s => s.Id).ToArrayAsync(cancellationToken);
        return await db.Sessions
            .FromSql($"SELECT * FROM session WHERE id = ANY({ids}) ORDER BY id FOR UPDATE")
            .ToListAsync(cancellationToken);
    }
}
