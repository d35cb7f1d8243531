using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Platform.Shared.Hosting;

/// <summary>
/// <c>health</c> asks the process that serves with the same settings, on <c>Platform:HttpPort</c>, whether it is ready. A container's
/// health check runs it: the images have neither a shell nor an HTTP client.
/// </summary>
internal static class HealthVerb
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static Verb Verb { get; } = new("health", "health", RunAsync);

    /// <returns>0 when the process is ready; 1 when it is not, or does not answer.</returns>
    [SuppressMessage(
        "Security", "MA0039", Justification = "This machine is asked for a status code; its certificate names the outside address.")]
    private static async Task<int> RunAsync(
        IServiceProvider services, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var platform = services.GetRequiredService<IOptions<PlatformOptions>>().Value;
        var address = ReadyAddress(platform);
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
            UseProxy = false,
        };
        using var http = new HttpClient(handler) { Timeout = Patience };
        try
        {
            using var response = await http.GetAsync(address, cancellationToken);
            Console.WriteLine(await response.Content.ReadAsStringAsync(cancellationToken));
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            Console.WriteLine($"No answer from {address}.");
            return 1;
        }
    }

    private static Uri ReadyAddress(PlatformOptions platform)
    {
        var everywhere = !IPAddress.TryParse(platform.Address, out var address)
            || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
        var scheme = platform.Tls.Enabled ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;
        var host = everywhere ? IPAddress.Loopback : address!;
        return new UriBuilder(scheme, host.ToString(), platform.HttpPort, "/health/ready").Uri;
    }
}
