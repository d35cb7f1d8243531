using System.Net;
using Platform.Gateway.Limits;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Platform.Gateway.Routing;

/// <summary>
/// A route for each service's gRPC: the protobuf package is the beginning of the path, <c>/platform.enrollment.v1.SiteService/…</c>.
/// </summary>
internal static class ProxyRoutes
{
    /// <summary>How long a call may be silent before the gateway gives it up; long, because streams wait for things to happen.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(30);

    public static IReadOnlyList<RouteConfig> Routes(IEnumerable<string> services) =>
    [
        .. services.Select(service => new RouteConfig
        {
            RouteId = service,
            ClusterId = service,
            AuthorizationPolicy = ExternalCallers.Policy,
            RateLimiterPolicy = RateLimits.Policy,
            Match = new RouteMatch
            {
                Methods = [HttpMethods.Post],
                Path = $"/{{service:regex(^platform\\.{service}\\.v\\d+\\.)}}/{{method}}",
            },
        }),
    ];

    public static IReadOnlyList<ClusterConfig> Clusters(IEnumerable<string> services, Func<string, Uri> addressOf) =>
    [
        .. services.Select(service => new ClusterConfig
        {
            ClusterId = service,
            HttpRequest = new ForwarderRequestConfig
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                ActivityTimeout = Silence,
            },
            HttpClient = new HttpClientConfig { EnableMultipleHttp2Connections = true },
            Destinations = new Dictionary<string, DestinationConfig>(StringComparer.Ordinal)
            {
                [service] = new() { Address = addressOf(service).ToString() },
            },
        }),
    ];
}
