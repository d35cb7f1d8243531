using System.Net.Http.Headers;
using System.Text.Json;
using Grpc.Core;
using Platform.Gateway.Tests.Probing;
using Platform.Shared.Security;
using Platform.Support;

namespace Platform.Gateway.Tests.Support;

/// <summary>A gateway and what is behind it, for each test its own.</summary>
public abstract class GatewayTest : IAsyncLifetime
{
    private readonly HttpClient http = new();
    private TestHost? gateway;

    protected TestTokens Tokens { get; } = new();

    protected Guid Network { get; } = Guid.CreateVersion7();

    protected Backend Backend { get; private set; } = null!;

    protected TestHost Gateway => gateway!;

    protected Script Script => Backend.Script;

    protected ProbeService.ProbeServiceClient Probe => new(Gateway.Channel);

    protected Metadata Caller => Tokens.Payer(Network, Guid.CreateVersion7());

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Settings of this test's gateway, on top of where the services are.</summary>
    protected virtual IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    public async ValueTask InitializeAsync()
    {
        Backend = await Backend.StartAsync();
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var service in GatewayService.Services)
        {
            settings[$"Services:{service}"] = Backend.Address.ToString();
        }

        foreach (var (name, value) in Settings)
        {
            settings[name] = value;
        }

        gateway = await TestHost.StartAsync("gateway", b => b.AddGateway(), a => a.MapGateway(), Tokens, settings: settings);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (gateway is not null)
        {
            await gateway.DisposeAsync();
        }

        await Backend.DisposeAsync();
        Tokens.Dispose();
        Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Removes what the test made beside the gateway.</summary>
    protected virtual void Dispose()
    {
    }

    /// <summary>A caller of a name of its own.</summary>
    protected Metadata CallerNamed(string subject) =>
        TestTokens.Bearer(Tokens.Mint(CallerRole.Operator, Network, [], change: token => token.Claims["sub"] = subject));

    /// <summary>Sends a plain HTTP request, and returns when the headers of the answer are there.</summary>
    protected Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, Metadata? caller, HttpContent? body = null, string? key = null)
    {
        var request = new HttpRequestMessage(method, new Uri(Gateway.HttpAddress, path)) { Content = body };
        if (caller is not null)
        {
            request.Headers.Authorization = AuthenticationHeaderValue.Parse(caller.GetValue("authorization")!);
        }

        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }

    /// <summary>The code of a problem document (RFC 9457), which the answer must be.</summary>
    protected static async Task<string?> ProblemAsync(HttpResponseMessage response)
    {
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStreamAsync(Cancellation));
        problem.RootElement.GetProperty("status").GetInt32().ShouldBe((int)response.StatusCode);
        problem.RootElement.GetProperty("traceId").GetString().ShouldNotBeNullOrEmpty();
        return problem.RootElement.GetProperty("code").GetString();
    }
}
