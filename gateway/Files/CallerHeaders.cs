using Grpc.Core;

namespace Platform.Gateway.Files;

/// <summary>Passes the caller's own token on: the service behind decides again what the caller may do.</summary>
internal static class CallerHeaders
{
    public static Metadata Of(HttpContext context) => new() { { "authorization", context.Request.Headers.Authorization.ToString() } };
}
