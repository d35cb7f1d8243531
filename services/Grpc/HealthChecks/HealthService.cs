using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Grpc.AspNetCore.HealthChecks;

/// <summary>grpc.health.v1 (grpc/grpc doc/health-checking.md) over the application's health checks.</summary>
internal sealed class HealthService(
    HealthStatuses statuses, IOptions<GrpcHealthChecksOptions> options, IHostApplicationLifetime lifetime) : Health.V1.Health.HealthBase
{
    public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        statuses.IsMapped(request.Service)
            ? new HealthCheckResponse { Status = await CurrentAsync(request.Service, statuses.Latest, context.CancellationToken) }
            : throw new RpcException(new Status(StatusCode.NotFound, ""));

    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        // A server that stops waits for open calls, and a watch has no end of its own.
        var stopping = options.Value.SuppressCompletionOnShutdown ? CancellationToken.None : lifetime.ApplicationStopping;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, stopping);

        ServingStatus? last = null;
        try
        {
            // Not mapped is an answer here: the service may be added later (health-checking.md).
            var latest = statuses.Latest;
            await TellAsync(statuses.IsMapped(request.Service)
                ? await CurrentAsync(request.Service, latest, ending.Token)
                : ServingStatus.ServiceUnknown);
            while (true)
            {
                await latest.Replaced.WaitAsync(ending.Token);
                latest = statuses.Latest;
                await TellAsync(statuses.IsMapped(request.Service) ? latest.Of(request.Service) : ServingStatus.ServiceUnknown);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            await TellAsync(ServingStatus.NotServing);
        }

        async Task TellAsync(ServingStatus status)
        {
            if (status != last)
            {
                last = status;
                await responseStream.WriteAsync(new HealthCheckResponse { Status = status });
            }
        }
    }

    private async ValueTask<ServingStatus> CurrentAsync(string service, HealthStatuses.Snapshot latest, CancellationToken cancellationToken) =>
        options.Value.UseHealthChecksCache ? latest.Of(service) : await statuses.CheckAsync(service, cancellationToken);
}
