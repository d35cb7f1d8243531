using Grpc.Core;
using Grpc.Net.Client;

namespace Platform.Local.Calling;

/// <summary>The platform that runs on this machine, as a client sees it: one channel through the gateway, and tokens on request.</summary>
internal sealed class RunningPlatform : IDisposable
{
    private readonly HttpClient _http;
    private readonly GrpcChannel _channel;

    private RunningPlatform(Uri http, Uri grpc)
    {
        _http = new HttpClient { BaseAddress = http };
        _channel = GrpcChannel.ForAddress(grpc);
    }

    /// <summary>The platform on this machine's configured ports; null when none answers there.</summary>
    public static async Task<RunningPlatform?> FindAsync()
    {
        var options = LocalOptions.FromEnvironment();
        var platform = new RunningPlatform(
            new Uri($"http://127.0.0.1:{options.HttpPort}"), new Uri($"http://127.0.0.1:{options.GrpcPort}"));
        try
        {
            using var response = await platform._http.GetAsync(new Uri("/health/live", UriKind.Relative));
            if (response.IsSuccessStatusCode)
            {
                return platform;
            }
        }
        catch (HttpRequestException)
        {
            // Nothing listens there.
        }

        platform.Dispose();
        return null;
    }

    /// <summary>Calls through the gateway as <paramref name="role"/>.</summary>
    public async Task<(CallInvoker Invoker, Metadata Headers)> AsAsync(string role, Guid? payer = null)
    {
        var query = payer is null ? string.Empty : $"&payer={payer}";
        using var response = await _http.GetAsync(new Uri($"/development/token?role={Uri.EscapeDataString(role)}{query}", UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException(text.Trim());
        }

        return (_channel.CreateCallInvoker(), new Metadata { { "authorization", $"Bearer {text}" } });
    }

    public void Dispose()
    {
        _channel.Dispose();
        _http.Dispose();
    }
}
