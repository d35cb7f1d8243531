using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Platform.Shared.Hosting;

/// <summary>Connections from one process of the platform to another.</summary>
public static class ServiceConnections
{
    /// <summary>
    /// The handler of a gRPC client: its connections take new calls for <see cref="PlatformOptions.ConnectionLifetime"/>, and calls that
    /// run on one go on to their end.
    /// </summary>
    /// <param name="services">The process.</param>
    public static SocketsHttpHandler CreateHandler(IServiceProvider services) => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        EnableMultipleHttp2Connections = true,
        KeepAlivePingDelay = TimeSpan.FromMinutes(5),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
        PooledConnectionLifetime = services.GetRequiredService<IOptions<PlatformOptions>>().Value.ConnectionLifetime,
        UseCookies = false,
    };
}
