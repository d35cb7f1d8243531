using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using Platform.Local.Identity;
using Platform.Shared.Security;

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
        Invoker = _channel.CreateCallInvoker();
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

    /// <summary>gRPC through the gateway.</summary>
    public CallInvoker Invoker { get; }

    /// <summary>HTTP through the gateway.</summary>
    public HttpClient Http => _http;

    /// <summary>A token for somebody made up, from the development issuer.</summary>
    /// <exception cref="InvalidOperationException">The issuer refuses, and says why.</exception>
    public string TokenFor(DevelopmentIdentity identity)
    {
        var query = new StringBuilder("/development/token?role=").Append(RoleNames.Of(identity.Role))
            .Append("&subject=").Append(Uri.EscapeDataString(identity.Subject));
        if (identity.PayerId is { } payer)
        {
            query.Append("&payer=").Append(payer);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(query.ToString(), UriKind.Relative));
        using var response = _http.Send(request);
        using var reader = new StreamReader(response.Content.ReadAsStream());
        var text = reader.ReadToEnd();
        return response.IsSuccessStatusCode ? text : throw new InvalidOperationException(text.Trim());
    }

    /// <summary>The headers of a call that <paramref name="identity"/> makes.</summary>
    public Metadata As(DevelopmentIdentity identity) => new() { { "authorization", $"Bearer {TokenFor(identity)}" } };

    public void Dispose()
    {
        _channel.Dispose();
        _http.Dispose();
    }
}
