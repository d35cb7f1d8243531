using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Attendance.V1;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;
using Platform.Shared.Time;

namespace Platform.Attendance.ServiceDays;

/// <summary>RPCs on service days.</summary>
public sealed class ServiceDayEndpoint(Operations<AttendanceDbContext> operations) : ServiceDayService.ServiceDayServiceBase
{
    private sealed record PageKey(DateOnly On, Guid Id);

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician, CallerRole.Service)]
    public override Task<GetServiceDayResponse> GetServiceDay(GetServiceDayRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.ServiceDayId, "service_day_id");
        validation.ThrowIfInvalid();
        return operations.AuditedReadAsync(context, async operation =>
        {
            var day = await operation.Db.ServiceDays.AsNoTracking().Include(d => d.Minutes)
                .SingleOrDefaultAsync(d => d.Id == id, operation.CancellationToken)
                ?? throw DomainError.NotFound("service day").ToException();
            operation.Caller.RequireSite(day.SiteId, "service day");
            operation.Audit("service-day.read", "service-day", day.Id, day.PersonId);
            var marked = await MarkedAsync(operation, day.EpisodeId, day.On, day.On);
            return new GetServiceDayResponse { ServiceDay = ToMessage(day, marked) };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician, CallerRole.Service)]
    public override Task<ListServiceDaysResponse> ListServiceDays(ListServiceDaysRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var episode = validation.Id(request.EpisodeId, "episode_id");
        var from = validation.Day(request.From, "from");
        var to = validation.Day(request.To, "to");
        validation.ThrowIfInvalid();
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var after = PageToken.Decode<PageKey>(request.Page?.Token ?? string.Empty);
        return operations.AuditedReadAsync(context, async operation =>
        {
            var query = operation.Db.ServiceDays.AsNoTracking().Include(d => d.Minutes)
                .Where(d => d.EpisodeId == episode && d.On >= from && d.On <= to);
            if (operation.Caller.Sites is { } sites)
            {
                query = query.Where(d => sites.Contains(d.SiteId));
            }

            if (after is not null)
            {
                query = query.Where(d => d.On > after.On || (d.On == after.On && d.Id.CompareTo(after.Id) > 0));
            }

            var rows = await query.OrderBy(d => d.On).ThenBy(d => d.Id).Take(size + 1).ToListAsync(operation.CancellationToken);
            var marked = await MarkedAsync(operation, episode, from, to);
            var response = new ListServiceDaysResponse();
            foreach (var day in rows.Take(size))
            {
                response.ServiceDays.Add(ToMessage(day, marked));
                operation.Audit("service-day.read", "service-day", day.Id, day.PersonId);
            }

            if (rows.Count > size)
            {
                response.NextPageToken = PageToken.Encode(new PageKey(rows[size - 1].On, rows[size - 1].Id));
            }

            return response;
        });
    }

    /// <summary>The sites and days between two days on which an episode has a mark on a roll.</summary>
    private static async Task<HashSet<(Guid SiteId, DateOnly On)>> MarkedAsync(
        Operation<AttendanceDbContext> operation, Guid episode, DateOnly from, DateOnly to) =>
        [
            .. (await operation.Db.Rolls
                .Where(r => r.On >= from && r.On <= to
                    && r.Lines.Any(l => l.EpisodeId == episode && l.Status != Rolls.AttendanceStatus.Expected))
                .Select(r => new { r.SiteId, r.On })
                .Distinct()
                .ToListAsync(operation.CancellationToken)).Select(r => (r.SiteId, r.On)),
        ];

    private static V1.ServiceDay ToMessage(ServiceDay day, HashSet<(Guid SiteId, DateOnly On)> marked)
    {
        var message = new V1.ServiceDay
        {
            Id = day.Id.ToString(),
            EpisodeId = day.EpisodeId.ToString(),
            SiteId = day.SiteId.ToString(),
            On = day.On.ToIso(),
            Minutes = day.Minutes.Sum(m => m.Minutes),
            Marked = day.ClosedAt is not null || marked.Contains((day.SiteId, day.On)),
            ClosedAt = day.ClosedAt is null ? null : Timestamp.FromDateTimeOffset(day.ClosedAt.Value),
        };
        message.Components.AddRange(day.Minutes.OrderBy(m => m.Component)
            .Select(m => new ComponentMinutes { Component = m.Component, Minutes = m.Minutes }));
        return message;
    }
}
