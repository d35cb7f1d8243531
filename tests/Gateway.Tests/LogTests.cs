using Google.Protobuf;
using Grpc.Core;
using Platform.Gateway.Tests.Probing;
using Platform.Gateway.Tests.Support;
using Platform.Shared.Errors;
using Platform.Support;

namespace Platform.Gateway.Tests;

/// <summary>Claim files and remittances are full of protected health information, and tokens open doors: none is ever logged.</summary>
public sealed class LogTests : GatewayTest
{
    private const string Name = "NM1*IL*1*DOE*JANE";

    protected override IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["Logging:LogLevel:Default"] = "Debug",
        ["Logging:LogLevel:Microsoft"] = "Debug",
        ["Logging:LogLevel:System.Net.Http"] = "Debug",
        ["Logging:LogLevel:Grpc"] = "Debug",
        ["Logging:LogLevel:Yarp"] = "Debug",
    };

    [Fact]
    public async Task Neither_content_nor_tokens_are_in_the_log_even_when_it_says_most()
    {
        Script.Download = async (writer, _) => await writer.WriteAsync(new Billing.V1.DownloadClaimFileResponse { Chunk = ByteString.CopyFromUtf8(Name) });
        Script.Echo = (_, _) => throw DomainError.Invalid("name", Name).ToRpcException();
        var (caller, expired) = (Caller, Tokens.Expired(Network));
        var path = $"/v1/claim-files/{Guid.CreateVersion7()}";
        using var download = await SendAsync(HttpMethod.Get, path, caller);
        (await download.Content.ReadAsStringAsync(Cancellation)).ShouldBe(Name);
        using var post = await SendAsync(HttpMethod.Post, "/v1/remittances", caller, new StringContent(Name));
        post.EnsureSuccessStatusCode();
        Script.Refusal = DomainError.Invalid("file", Name).ToRpcException();
        using var refusedPost = await SendAsync(HttpMethod.Post, "/v1/remittances", caller, new StringContent(Name));
        await Should.ThrowAsync<RpcException>(() => Probe.EchoAsync(new Ping { Body = ByteString.CopyFromUtf8(Name) }, caller).ResponseAsync);
        using var refused = await SendAsync(HttpMethod.Get, path, expired);

        var log = Gateway.Logs.Text;
        log.ShouldContain(path);
        log.ShouldNotContain(Name);
        foreach (var headers in new[] { caller, expired })
        {
            log.ShouldNotContain(headers.GetValue("authorization")!["Bearer ".Length..]);
        }
    }
}
