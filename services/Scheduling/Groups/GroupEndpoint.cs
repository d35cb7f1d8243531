using System.Globalization;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Platform.Contracts.Events.Scheduling;
using Platform.Enrollment.V1;
using Platform.Scheduling.Bookings;
using Platform.Scheduling.Episodes;
using Platform.Scheduling.V1;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Scheduling.Groups;

/// <summary>RPCs on groups, their sessions, and the persons booked into them.</summary>
internal sealed class GroupEndpoint(
    Operations<SchedulingDbContext> operations, EnrollmentDirectory enrollment, IOptions<GroupOptions> options)
    : GroupService.GroupServiceBase
{
    private sealed record PageKey(DateTimeOffset StartsAt, Guid Id);

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override Task<CreateGroupResponse> CreateGroup(CreateGroupRequest request, ServerCallContext context)
    {
        var wanted = GroupRequest.Parse(request.Group, options.Value.DefaultMaximum);
        var caller = context.GetCaller();
        caller.RequireSite(wanted.SiteId, "site");
        return operations.CommandAsync(
            context, request.RequestId, request,
            () => MeetingsAsync(caller.NetworkId, wanted, context.CancellationToken),
            (operation, meetings) => CreateAsync(operation, wanted, meetings));
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<GetGroupResponse> GetGroup(GetGroupRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.GroupId, "group_id");
        validation.ThrowIfInvalid();
        return operations.ReadAsync(context, async operation =>
        {
            var group = await operation.Db.Groups.SingleOrDefaultAsync(g => g.Id == id, operation.CancellationToken)
                ?? throw DomainError.NotFound("group").ToException();
            operation.Caller.RequireSite(group.SiteId, "group");
            return new GetGroupResponse { Group = group.ToMessage() };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<ListSessionsResponse> ListSessions(ListSessionsRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var site = validation.Id(request.SiteId, "site_id");
        var from = validation.Day(request.From, "from");
        var to = validation.Day(request.To, "to");
        var group = validation.OptionalId(request.GroupId, "group_id");
        validation.ThrowIfInvalid();
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var after = PageToken.Decode<PageKey>(request.Page?.Token ?? string.Empty);
        return operations.ReadAsync(context, async operation =>
        {
            operation.Caller.RequireSite(site, "site");
            var query = operation.Db.Sessions.Where(s => s.SiteId == site && s.On >= from && s.On <= to);
            if (group is not null)
            {
                query = query.Where(s => s.GroupId == group);
            }

            if (after is not null)
            {
                query = query.Where(s => s.StartsAt > after.StartsAt
                    || (s.StartsAt == after.StartsAt && s.Id.CompareTo(after.Id) > 0));
            }

            var rows = await query.OrderBy(s => s.StartsAt).ThenBy(s => s.Id).Take(size + 1)
                .ToListAsync(operation.CancellationToken);
            var response = new ListSessionsResponse();
            response.Sessions.AddRange(rows.Take(size).Select(s => s.ToMessage()));
            if (rows.Count > size)
            {
                response.NextPageToken = PageToken.Encode(new PageKey(rows[size - 1].StartsAt, rows[size - 1].Id));
            }

            return response;
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<BookResponse> Book(BookRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var groupId = validation.Id(request.GroupId, "group_id");
        var episodeId = validation.Id(request.EpisodeId, "episode_id");
        var from = validation.Day(request.From, "from");
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, () => AskForEpisodeAsync(context, groupId, episodeId), async (operation, asked) =>
        {
            var (db, cancellationToken) = (operation.Db, operation.CancellationToken);
            var group = await LockGroupAsync(operation, groupId);
            if (asked is not null)
            {
                await db.LearnEpisodeAsync(asked, cancellationToken);
            }

            var episode = await db.LockEpisodeAsync(episodeId, cancellationToken)
                ?? throw DomainError.NotFound("episode").ToException();
            if (asked is not null && asked.Version == episode.Version)
            {
                (episode.SiteId, episode.ProgramId) = (asked.SiteId, asked.ProgramId);
            }

            operation.Caller.RequireSite(episode.SiteId, "episode");
            CheckAdmitted(group, episode, from);
            var booked = await BookingBook.BookAsync(db, group, episode, from, cancellationToken);
            operation.Audit("booking.make", "episode", episode.Id, episode.PersonId);
            return new BookResponse { SessionsBooked = booked.Count, First = booked.Count > 0 ? booked[0].ToMessage() : null };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<ReleaseBookingResponse> ReleaseBooking(ReleaseBookingRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var groupId = validation.Id(request.GroupId, "group_id");
        var episodeId = validation.Id(request.EpisodeId, "episode_id");
        var from = validation.Day(request.From, "from");
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async operation =>
        {
            var group = await LockGroupAsync(operation, groupId);
            var episode = await operation.Db.LockEpisodeAsync(episodeId, operation.CancellationToken)
                ?? throw DomainError.NotFound("episode").ToException();
            operation.Caller.RequireSite(episode.SiteId, "episode");
            var released = await BookingBook.ReleaseAsync(operation.Db, group, episode, from, operation.CancellationToken);
            operation.Audit("booking.release", "episode", episode.Id, episode.PersonId);
            return new ReleaseBookingResponse { SessionsReleased = released };
        });
    }

    private static async Task<CreateGroupResponse> CreateAsync(
        Operation<SchedulingDbContext> operation, WantedGroup wanted, List<Meeting> meetings)
    {
        var (db, cancellationToken) = (operation.Db, operation.CancellationToken);
        var facilitator = await db.LockClinicianAsync(wanted.FacilitatorId, cancellationToken);
        if (facilitator is null || !facilitator.Sites.Any(s => operation.Caller.Sees(s.SiteId)))
        {
            throw DomainError.NotFound("clinician").ToException();
        }

        if (!facilitator.WorksAt(wanted.SiteId))
        {
            throw SchedulingErrors.FacilitatorElsewhere.ToException();
        }

        if (facilitator.LicenceExpiresOn < meetings[^1].On)
        {
            throw SchedulingErrors.LicenceEnds(facilitator.LicenceExpiresOn).ToException();
        }

        var (start, end) = (meetings[0].StartsAt, meetings[^1].EndsAt);
        var busy = await db.Sessions
            .Where(s => s.FacilitatorId == facilitator.Id && s.EndsAt > start && s.StartsAt < end)
            .OrderBy(s => s.StartsAt)
            .Select(s => new { s.StartsAt, s.EndsAt })
            .ToListAsync(cancellationToken);
        if (Overlaps.Any(busy.ConvertAll(b => (b.StartsAt, b.EndsAt)), meetings.ConvertAll(m => (m.StartsAt, m.EndsAt))))
        {
            throw SchedulingErrors.FacilitatorBusy.ToException();
        }

        var group = new Group
        {
            Id = db.NewId(),
            NetworkId = db.NetworkId,
            SiteId = wanted.SiteId,
            ProgramId = wanted.ProgramId,
            Name = wanted.Name,
            Component = wanted.Component,
            Weekdays = string.Concat(wanted.Pattern.Weekdays.Select(d => d == DayOfWeek.Sunday ? 7 : (int)d).Order()),
            StartsAt = wanted.Pattern.StartsAt,
            Minutes = (int)wanted.Pattern.Length.TotalMinutes,
            FirstOn = wanted.Pattern.First,
            LastOn = wanted.Pattern.Last,
            FacilitatorId = facilitator.Id,
            FacilitatorSubject = facilitator.Subject,
            Maximum = wanted.Maximum,
            SessionCount = meetings.Count,
        };
        var sessions = meetings.ConvertAll(meeting => new Session
        {
            Id = db.NewId(),
            NetworkId = db.NetworkId,
            GroupId = group.Id,
            SiteId = group.SiteId,
            FacilitatorId = group.FacilitatorId,
            On = meeting.On,
            StartsAt = meeting.StartsAt,
            EndsAt = meeting.EndsAt,
            Maximum = group.Maximum,
        });
        db.Groups.Add(group);
        db.Sessions.AddRange(sessions);
        db.Publish(new GroupScheduled(group.Id, sessions.ConvertAll(group.Facts)), group.Id);
        return new CreateGroupResponse { Group = group.ToMessage() };
    }

    private static async Task<Group> LockGroupAsync(Operation<SchedulingDbContext> operation, Guid id)
    {
        var group = await operation.Db.LockGroupAsync(id, operation.CancellationToken)
            ?? throw DomainError.NotFound("group").ToException();
        operation.Caller.RequireSite(group.SiteId, "group");
        return group;
    }

    private static void CheckAdmitted(Group group, Episodes.Episode episode, DateOnly from)
    {
        if (episode.DischargedOn is not null)
        {
            throw SchedulingErrors.EpisodeEnded.ToException();
        }

        if (episode.ProgramId != group.ProgramId)
        {
            throw SchedulingErrors.EpisodeElsewhere.ToException();
        }

        if (episode.OnLeaveSince is not null)
        {
            throw SchedulingErrors.OnLeave.ToException();
        }

        if (from < (episode.Since ?? episode.AdmittedOn))
        {
            throw DomainError.Invalid("from", "must not be before the day of admission or transfer to the program").ToException();
        }
    }

    /// <summary>The meetings that are wanted, in the time zone of the site, which Enrollment knows.</summary>
    private async Task<List<Meeting>> MeetingsAsync(Guid networkId, WantedGroup wanted, CancellationToken cancellationToken)
    {
        var site = await enrollment.GetSiteAsync(networkId, wanted.SiteId, cancellationToken);
        if (site.Programs.All(p => p.Id != wanted.ProgramId.ToString()))
        {
            throw DomainError.NotFound("program").ToException();
        }

        var meetings = wanted.Pattern.Meetings(site.TimeZone).Take(GroupRequest.MostSessions + 1).ToList();
        return meetings.Count is > 0 and <= GroupRequest.MostSessions
            ? meetings
            : throw DomainError.Invalid(
                "group.last_on", $"gives {(meetings.Count == 0 ? "no session" : $"more than {GroupRequest.MostSessions} sessions")}")
                .ToException();
    }

    /// <summary>
    /// A person may be booked a moment after admission or transfer, before its event has come: then Enrollment is asked, outside
    /// any transaction. Null when the episode is known to be in the group's program; otherwise how it stands, with the version that
    /// is known here, so that what came meanwhile is not undone.
    /// </summary>
    private async Task<Episodes.Episode?> AskForEpisodeAsync(ServerCallContext context, Guid groupId, Guid episodeId)
    {
        var caller = context.GetCaller();
        var known = await operations.ReadAsync(context, operation => operation.Db.Episodes
            .Where(e => e.Id == episodeId)
            .Select(e => new
            {
                e.Version,
                e.DischargedOn,
                Elsewhere = operation.Db.Groups.Any(g => g.Id == groupId && g.ProgramId != e.ProgramId),
            })
            .SingleOrDefaultAsync(operation.CancellationToken));
        if (known is { Elsewhere: false } or { DischargedOn: not null })
        {
            return null;
        }

        var episode = await enrollment.GetEpisodeAsync(caller.NetworkId, episodeId, context.CancellationToken);
        caller.RequireSite(Guid.Parse(episode.SiteId), "episode");
        if (episode.Status != EpisodeStatus.Admitted)
        {
            throw SchedulingErrors.EpisodeEnded.ToException();
        }

        return new Episodes.Episode
        {
            Id = episodeId,
            NetworkId = caller.NetworkId,
            PersonId = Guid.Parse(episode.PersonId),
            SiteId = Guid.Parse(episode.SiteId),
            ProgramId = Guid.Parse(episode.ProgramId),
            AdmittedOn = DateOnly.ParseExact(episode.AdmittedOn, "O", CultureInfo.InvariantCulture),
            Version = known?.Version ?? 0,
        };
    }
}
