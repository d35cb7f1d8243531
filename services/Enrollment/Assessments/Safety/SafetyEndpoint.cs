using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Enrollment.Assessments.Safety;

/// <summary>Safety alerts: listed for those who look after the person, and acknowledged by who acted.</summary>
internal sealed class SafetyEndpoint(Operations<EnrollmentDbContext> operations) : V1.SafetyService.SafetyServiceBase
{
    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.ListSafetyAlertsResponse> ListSafetyAlerts(V1.ListSafetyAlertsRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var siteId = validation.OptionalId(request.SiteId, "site_id");
        validation.Require(Enum.IsDefined(request.Status), "status", "is not a known value");
        validation.ThrowIfInvalid();
        var size = PageToken.Size(request.Page?.Size ?? 0);
        var after = PageToken.Decode<AlertKey>(request.Page?.Token ?? string.Empty);
        return operations.AuditedReadAsync(context, async op =>
        {
            if (siteId is { } one)
            {
                op.Caller.RequireSite(one, "site");
            }

            var alerts = op.Db.SafetyAlerts.AsNoTracking();
            if (request.Status != V1.SafetyAlertStatus.Unspecified)
            {
                var status = (SafetyAlertStatus)request.Status;
                alerts = alerts.Where(a => a.Status == status);
            }

            if (after is not null)
            {
                alerts = alerts.Where(a => a.RaisedAt > after.RaisedAt || (a.RaisedAt == after.RaisedAt && a.Id.CompareTo(after.Id) > 0));
            }

            var first = siteId is { } only ? alerts.FirstLookedAfterBy(op.Db, [only], size + 1)
                : op.Caller.Sites is { } sites ? alerts.FirstLookedAfterBy(op.Db, [.. sites], size + 1)
                : alerts.First(size + 1);
            var page = await first.ToListAsync(op.CancellationToken);
            foreach (var person in page.Take(size).Select(a => a.PersonId).Distinct())
            {
                op.Audit("safety-alert.list", "person", person, person);
            }

            return new V1.ListSafetyAlertsResponse
            {
                Alerts = { page.Take(size).Select(a => a.ToMessage()) },
                NextPageToken = page.Count > size
                    ? PageToken.Encode(new AlertKey(page[size - 1].RaisedAt, page[size - 1].Id))
                    : string.Empty,
            };
        });
    }

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician)]
    public override Task<V1.AcknowledgeSafetyAlertResponse> AcknowledgeSafetyAlert(
        V1.AcknowledgeSafetyAlertRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.AlertId, "alert_id");
        var action = validation.Narrative(request.Action, "action", 2000);
        validation.ThrowIfInvalid();
        return operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var alert = await op.Db.LockedAsync<SafetyAlert>(id, op.CancellationToken)
                ?? throw DomainError.NotFound("alert").ToException();
            if (op.Caller.Sites is { } sites && !await op.Db.IsLookedAfterAsync(alert, sites, op.CancellationToken))
            {
                throw DomainError.NotFound("alert").ToException();
            }

            alert.Acknowledge(op.Caller.Subject, action, op.Now);
            op.Audit("safety-alert.acknowledge", "safety-alert", id, alert.PersonId);
            return new V1.AcknowledgeSafetyAlertResponse { Alert = alert.ToMessage() };
        });
    }

    /// <summary>Sort key of a list.</summary>
    private sealed record AlertKey(DateTimeOffset RaisedAt, Guid Id);
}
