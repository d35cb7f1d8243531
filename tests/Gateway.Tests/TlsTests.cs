using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Platform.Gateway.Tests.Probing;
using Platform.Gateway.Tests.Support;

namespace Platform.Gateway.Tests;

/// <summary>With a certificate in the settings, both ports of the gateway speak TLS and nothing else.</summary>
public sealed class TlsTests : GatewayTest
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tls-");
    private readonly X509Certificate2 certificate;

    public TlsTests()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        certificate = new CertificateRequest("CN=gateway.test", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(CertificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(KeyPath, key.ExportPkcs8PrivateKeyPem());
    }

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["Platform:Tls:Enabled"] = "true",
        ["Platform:Tls:CertificatePath"] = CertificatePath,
        ["Platform:Tls:KeyPath"] = KeyPath,
    };

    private string CertificatePath => Path.Combine(folder.FullName, "tls.crt");

    private string KeyPath => Path.Combine(folder.FullName, "tls.key");

    [Fact]
    public async Task Calls_pass_over_TLS()
    {
        using var channel = GrpcChannel.ForAddress(
            $"https://127.0.0.1:{Gateway.Address.Port}", new GrpcChannelOptions { HttpHandler = Trusting() });
        var client = new ProbeService.ProbeServiceClient(channel);
        (await client.EchoAsync(new Ping { Number = 9 }, Caller)).Number.ShouldBe(9);
        (await Should.ThrowAsync<RpcException>(() => client.EchoAsync(new Ping()).ResponseAsync)).StatusCode.ShouldBe(StatusCode.Unauthenticated);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Requests_pass_over_TLS(string version)
    {
        using var http = new HttpClient(Trusting());
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://127.0.0.1:{Gateway.HttpAddress.Port}/health/attendance")
        {
            Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var answer = await http.SendAsync(request, Cancellation);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Nothing_passes_in_clear_text()
    {
        (await Should.ThrowAsync<RpcException>(() => Probe.EchoAsync(new Ping(), Caller).ResponseAsync)).StatusCode
            .ShouldBeOneOf(StatusCode.Unavailable, StatusCode.Internal);
        await Should.ThrowAsync<HttpRequestException>(() => SendAsync(HttpMethod.Get, "/health/attendance", caller: null));
        Backend.Arrivals.ShouldBeEmpty();
    }

    protected override void Dispose()
    {
        certificate.Dispose();
        folder.Delete(recursive: true);
    }

    /// <summary>A client that trusts this certificate and no other.</summary>
    private SocketsHttpHandler Trusting()
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback =
            (_, shown, _, _) => shown is not null && shown.GetCertHashString() == certificate.GetCertHashString();
        return handler;
    }
}
