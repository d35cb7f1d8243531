using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.ClientFactory;

namespace Platform.Gateway.Health;

/// <summary>Whether a service answers.</summary>
/// <param name="Service">Its name.</param>
/// <param name="Status">SERVING, NOT_SERVING or UNREACHABLE.</param>
public sealed record ServiceHealth(string Service, string Status)
{
    /// <summary>Whether the service is ready for calls.</summary>
    public bool IsServing => Status == "SERVING";
}

/// <summary>Asks a service for its health, by the standard gRPC health protocol.</summary>
public sealed class ServiceHealthProbe(GrpcClientFactory clients, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>The health of a service; never throws.</summary>
    public async Task<ServiceHealth> CheckAsync(string service, CancellationToken cancellationToken)
    {
        try
        {
            var client = clients.CreateClient<Grpc.Health.V1.Health.HealthClient>(service);
            var response = await client.CheckAsync(
                new HealthCheckRequest(), deadline: (time.GetUtcNow() + Patience).UtcDateTime, cancellationToken: cancellationToken);
            return new ServiceHealth(
                service, response.Status == HealthCheckResponse.Types.ServingStatus.Serving ? "SERVING" : "NOT_SERVING");
        }
        catch (RpcException)
        {
            return new ServiceHealth(service, "UNREACHABLE");
        }
    }
}

/// <summary><c>GET /health/{service}</c> for each service behind the gateway; open to anyone, says nothing but the state.</summary>
internal static class ServiceHealthRoutes
{
    public static void MapServiceHealth(this IEndpointRouteBuilder routes, IEnumerable<string> services)
    {
        foreach (var service in services)
        {
            routes.MapGet($"/health/{service}", async (ServiceHealthProbe probe, CancellationToken cancellationToken) =>
            {
                var health = await probe.CheckAsync(service, cancellationToken);
                return Results.Json(
                    health, statusCode: health.IsServing ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
            }).AllowAnonymous();
        }
    }
}
