using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Attendance.ServiceDays;
using Platform.Attendance.V1;
using Platform.Contracts.Events.Attendance;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Persistence;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Attendance.Rolls;

/// <summary>RPCs on rolls.</summary>
public sealed class RollEndpoint(Operations<AttendanceDbContext> operations) : RollService.RollServiceBase
{
    private sealed record PageKey(DateTimeOffset StartsAt, Guid SessionId);

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<GetRollResponse> GetRoll(GetRollRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.SessionId, "session_id");
        validation.ThrowIfInvalid();
        return operations.AuditedReadAsync(context, async operation =>
        {
            var roll = await operation.Db.Rolls.AsNoTracking().Include(r => r.Lines)
                .SingleOrDefaultAsync(r => r.SessionId == id, operation.CancellationToken)
                ?? throw DomainError.NotFound("roll").ToException();
            operation.Caller.RequireSite(roll.SiteId, "roll");
            AuditRead(operation, roll);
            return new GetRollResponse { Roll = roll.ToMessage() };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<ListRollsResponse> ListRolls(ListRollsRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var site = validation.Id(request.SiteId, "site_id");
        var on = validation.Day(request.On, "on");
        validation.ThrowIfInvalid();
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var after = PageToken.Decode<PageKey>(request.Page?.Token ?? string.Empty);
        return operations.AuditedReadAsync(context, async operation =>
        {
            operation.Caller.RequireSite(site, "site");
            var query = operation.Db.Rolls.AsNoTracking().Include(r => r.Lines).Where(r => r.SiteId == site && r.On == on);
            if (after is not null)
            {
                query = query.Where(r => r.StartsAt > after.StartsAt
                    || (r.StartsAt == after.StartsAt && r.SessionId.CompareTo(after.SessionId) > 0));
            }

            var rows = await query.OrderBy(r => r.StartsAt).ThenBy(r => r.SessionId).Take(size + 1)
                .ToListAsync(operation.CancellationToken);
            var response = new ListRollsResponse();
            foreach (var roll in rows.Take(size))
            {
                response.Rolls.Add(roll.ToMessage());
                AuditRead(operation, roll);
            }

            if (rows.Count > size)
            {
                response.NextPageToken = PageToken.Encode(new PageKey(rows[size - 1].StartsAt, rows[size - 1].SessionId));
            }

            return response;
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<CheckInResponse> CheckIn(CheckInRequest request, ServerCallContext context) =>
        MarkAsync(
            context, request.RequestId, request, (request.SessionId, request.EpisodeId), "attendance.check-in",
            (roll, episode, now) => new CheckInResponse { Attendance = roll.CheckIn(episode, At(request.At, now)).ToMessage() });

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<CheckOutResponse> CheckOut(CheckOutRequest request, ServerCallContext context) =>
        MarkAsync(
            context, request.RequestId, request, (request.SessionId, request.EpisodeId), "attendance.check-out",
            (roll, episode, now) => new CheckOutResponse { Attendance = roll.CheckOut(episode, At(request.At, now)).ToMessage() });

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<MarkAbsentResponse> MarkAbsent(MarkAbsentRequest request, ServerCallContext context) =>
        MarkAsync(
            context, request.RequestId, request, (request.SessionId, request.EpisodeId), "attendance.mark-absent",
            (roll, episode, _) => new MarkAbsentResponse { Attendance = roll.MarkAbsent(episode, request.Excused).ToMessage() });

    /// <inheritdoc/>
    [Allow(CallerRole.Clinician)]
    public override Task<SignRollResponse> SignRoll(SignRollRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.SessionId, "session_id");
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async operation =>
        {
            var (db, cancellationToken) = (operation.Db, operation.CancellationToken);
            await db.HoldMergesAsync(cancellationToken);
            var roll = await LockAsync(operation, id);
            Etag.Require(request.Etag, roll.Version);
            roll.Sign(operation.Caller.Subject, operation.Now);
            await db.SaveChangesAsync(cancellationToken);
            foreach (var line in roll.Expected)
            {
                operation.Audit("attendance.sign", "roll", roll.SessionId, line.PersonId);
            }

            var days = roll.Expected
                .Select(l => new DayOfPerson(l.EpisodeId, l.PersonId, roll.SiteId, roll.ProgramId, roll.On)).ToList();
            await ServiceDayBook.SettleAsync(db, days, cancellationToken);
            var attended = roll.Expected.Count(l => l.CheckedInAt is not null);
            db.Publish(
                new RollSigned(roll.SessionId, roll.Version, roll.SiteId, roll.On, attended, roll.Expected.Count() - attended),
                roll.SessionId);
            return new SignRollResponse { Roll = roll.ToMessage() };
        });
    }

    /// <summary>A roll is part of the record of everyone on it, and who reads it has read theirs (45 CFR 164.312(b)).</summary>
    private static void AuditRead(Operation<AttendanceDbContext> operation, Roll roll)
    {
        foreach (var line in roll.Expected)
        {
            operation.Audit("roll.read", "roll", roll.SessionId, line.PersonId);
        }
    }

    private static DateTimeOffset At(Timestamp? given, DateTimeOffset now)
    {
        var validation = new Validation();
        var at = validation.OptionalInstant(given, "at") ?? now;
        validation.Require(at <= now, "at", "must not be in the future");
        validation.ThrowIfInvalid();
        return at;
    }

    private static async Task<Roll> LockAsync(Operation<AttendanceDbContext> operation, Guid sessionId)
    {
        var roll = await operation.Db.LockRollAsync(sessionId, operation.CancellationToken)
            ?? throw DomainError.NotFound("roll").ToException();
        operation.Caller.RequireSite(roll.SiteId, "roll");
        return roll;
    }

    private Task<TResponse> MarkAsync<TResponse>(
        ServerCallContext context, string requestId, Google.Protobuf.IMessage request, (string Session, string Episode) ids,
        string action, Func<Roll, Guid, DateTimeOffset, TResponse> mark)
        where TResponse : class, Google.Protobuf.IMessage<TResponse>, new()
    {
        var validation = new Validation();
        var session = validation.Id(ids.Session, "session_id");
        var episode = validation.Id(ids.Episode, "episode_id");
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, requestId, request, async operation =>
        {
            var roll = await LockAsync(operation, session);
            var response = mark(roll, episode, operation.Now);
            operation.Audit(action, "episode", episode, roll.Lines.Single(l => l.EpisodeId == episode).PersonId);
            return response;
        });
    }
}
