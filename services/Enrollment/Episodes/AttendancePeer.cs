using Grpc.Core;
using Platform.Attendance.V1;
using Platform.Shared.Errors;
using Platform.Shared.Security;
using Platform.Shared.Time;

namespace Platform.Enrollment.Episodes;

/// <summary>Asks Attendance, with this service's own identity in a network.</summary>
internal sealed class AttendancePeer(ServiceDayService.ServiceDayServiceClient days, ServiceIdentity identity)
{
    /// <summary>Whether on a day of a span somebody came or was found absent.</summary>
    /// <exception cref="DomainException">UNAVAILABLE: Attendance does not answer.</exception>
    public async Task<bool> IsServedAsync(
        Guid networkId, Guid episodeId, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        var request = new ListServiceDaysRequest
        {
            EpisodeId = episodeId.ToString(),
            From = from.ToIso(),
            To = to.ToIso(),
            Page = new Common.V1.PageRequest { Size = 500 },
        };
        try
        {
            do
            {
                var page = await days.ListServiceDaysAsync(request, identity.HeadersFor(networkId), cancellationToken: cancellationToken);
                if (page.ServiceDays.Any(day => day.Marked))
                {
                    return true;
                }

                request.Page.Token = page.NextPageToken;
            }
            while (request.Page.Token.Length > 0);
            return false;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
        {
            throw DomainError.Unavailable("attendance service").ToException();
        }
    }
}
