using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Platform.Shared.Hosting;
using Platform.Support;

namespace Platform.Shared.Tests.Hosting;

public sealed class HealthVerbTests : IDisposable
{
    private readonly TestTokens tokens = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("health-");

    [Fact]
    public async Task A_process_that_is_ready_is_healthy()
    {
        await using var host = await StartAsync();

        (await AskAsync(host)).ShouldBe(0);
    }

    [Fact]
    public async Task A_process_that_misses_a_part_it_needs_is_not()
    {
        using var logs = new FailOnErrorLogs();
        logs.Expect("Microsoft.Extensions.Diagnostics.HealthChecks", "part");
        var state = HealthStatus.Unhealthy;
        await using var host = await StartAsync(
            add: builder => builder.Services.AddHealthChecks().AddCheck("part", () => new HealthCheckResult(state)), logs: logs);

        (await AskAsync(host)).ShouldBe(1);
        state = HealthStatus.Healthy;
        (await AskAsync(host)).ShouldBe(0);
    }

    [Fact]
    public async Task A_process_that_does_not_answer_is_not()
    {
        var host = await StartAsync();
        await host.DisposeAsync();

        (await AskAsync(host)).ShouldBe(1);
    }

    [Fact]
    public async Task A_process_that_speaks_TLS_is_asked_so_whatever_name_its_certificate_has()
    {
        var tls = Certificate("gateway.example.org");
        await using var host = await StartAsync(tls);

        (await AskAsync(host, tls)).ShouldBe(0);
        (await AskAsync(host)).ShouldBe(1);
    }

    public void Dispose()
    {
        tokens.Dispose();
        folder.Delete(recursive: true);
    }

    private Task<TestHost> StartAsync(
        Dictionary<string, string?>? settings = null, Action<WebApplicationBuilder>? add = null, FailOnErrorLogs? logs = null) =>
        TestHost.StartAsync("sample", add ?? (_ => { }), _ => { }, tokens, settings: settings, logs: logs);

    /// <summary>The exit code of a second process with the same settings, started with the argument health.</summary>
    private async Task<int> AskAsync(TestHost host, Dictionary<string, string?>? settings = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(tokens.Settings);
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.Configuration["Platform:HttpPort"] = host.HttpAddress.Port.ToString(CultureInfo.InvariantCulture);
        builder.AddPlatformDefaults("sample");
        return await builder.Build().RunPlatformAsync(["health"]);
    }

    private Dictionary<string, string?> Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var paths = (Certificate: Path.Combine(folder.FullName, "tls.crt"), Key: Path.Combine(folder.FullName, "tls.key"));
        File.WriteAllText(paths.Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(paths.Key, key.ExportPkcs8PrivateKeyPem());
        return new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Platform:Tls:Enabled"] = "true",
            ["Platform:Tls:CertificatePath"] = paths.Certificate,
            ["Platform:Tls:KeyPath"] = paths.Key,
        };
    }
}
