using System.Net;
using System.Security.Cryptography;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Platform.Gateway.Tests.Probing;
using Platform.Gateway.Tests.Support;
using Platform.Shared.Hosting;
using Platform.Shared.Security;
using Platform.Support;

namespace Platform.Gateway.Tests;

/// <summary>Tokens are checked at the door: what is refused reaches no service.</summary>
public sealed class AccessTests : GatewayTest
{
    public static TheoryData<string, StatusCode> Refused => new()
    {
        { "no token", StatusCode.Unauthenticated },
        { "not a token", StatusCode.Unauthenticated },
        { "expired", StatusCode.Unauthenticated },
        { "not yet valid", StatusCode.Unauthenticated },
        { "for another audience", StatusCode.Unauthenticated },
        { "of another issuer", StatusCode.Unauthenticated },
        { "signed with another key", StatusCode.Unauthenticated },
        { "without a network", StatusCode.Unauthenticated },
        { "a service, says the people's issuer", StatusCode.Unauthenticated },
        { "a service", StatusCode.PermissionDenied },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_call_without_a_valid_token_of_a_person_or_payer_is_refused(string token, StatusCode expected)
    {
        var headers = Headers(token);
        var refused = await Should.ThrowAsync<RpcException>(() => Probe.EchoAsync(new Ping(), headers).ResponseAsync);
        refused.StatusCode.ShouldBe(expected);
        Backend.Arrivals.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_request_without_one_is_refused_with_a_problem(string token, StatusCode expected)
    {
        var headers = Headers(token);
        using var download = await SendAsync(HttpMethod.Get, $"/v1/claim-files/{Guid.CreateVersion7()}", headers);
        using var post = await SendAsync(HttpMethod.Post, "/v1/remittances", headers, new StringContent("ISA*00"));
        foreach (var answer in new[] { download, post })
        {
            answer.StatusCode.ShouldBe(expected == StatusCode.PermissionDenied ? HttpStatusCode.Forbidden : HttpStatusCode.Unauthorized);
            (await ProblemAsync(answer)).ShouldBe(token switch
            {
                "no token" => "TOKEN_REQUIRED",
                "expired" => "TOKEN_EXPIRED",
                "a service" => "ROLE_NOT_ALLOWED",
                _ => "TOKEN_INVALID",
            });
            (answer.Headers.WwwAuthenticate.Count > 0).ShouldBe(expected == StatusCode.Unauthenticated);
        }

        Backend.Arrivals.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(CallerRole.Operator)]
    [InlineData(CallerRole.SiteAdmin)]
    [InlineData(CallerRole.Clinician)]
    [InlineData(CallerRole.Payer)]
    public async Task A_valid_token_passes_and_the_service_gets_it_to_check_again(CallerRole role)
    {
        var token = Tokens.Mint(role, Network, [Guid.CreateVersion7()], Guid.CreateVersion7());
        (await Probe.EchoAsync(new Ping { Number = 7 }, TestTokens.Bearer(token))).Number.ShouldBe(7);
        using var download = await SendAsync(HttpMethod.Get, $"/v1/claim-files/{Guid.CreateVersion7()}", TestTokens.Bearer(token));
        download.EnsureSuccessStatusCode();
        Backend.Arrivals.Count.ShouldBe(2);
        Backend.Arrivals.ShouldAllBe(arrival => arrival.Headers.Authorization == $"Bearer {token}");
    }

    [Fact]
    public async Task A_package_that_no_service_has_is_unimplemented()
    {
        var method = new Method<Ping, Ping>(
            MethodType.Unary, "platform.elsewhere.v1.ProbeService", "Echo",
            Marshallers.Create(Google.Protobuf.MessageExtensions.ToByteArray, Ping.Parser.ParseFrom),
            Marshallers.Create(Google.Protobuf.MessageExtensions.ToByteArray, Ping.Parser.ParseFrom));
        using var call = Gateway.Channel.CreateCallInvoker().AsyncUnaryCall(method, null, new CallOptions(Caller), new Ping());
        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.Unimplemented);
        Backend.Arrivals.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/v1/claim-files/not-an-id")]
    [InlineData("/v2/claim-files")]
    [InlineData("/platform.attendance.v1.RollService/GetRoll")]
    public async Task An_address_that_is_none_is_not_found(string path)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, Caller);
        ((int)answer.StatusCode).ShouldBeOneOf(StatusCodesOfNothing);
        Backend.Arrivals.ShouldBeEmpty();
    }

    private static readonly int[] StatusCodesOfNothing = [404, 405];

    private Metadata? Headers(string token) => token switch
    {
        "no token" => null,
        "not a token" => TestTokens.Bearer("abc.def"),
        "expired" => Tokens.Expired(Network),
        "not yet valid" => Changed(t => t.NotBefore = t.Expires!.Value.AddMinutes(-5)),
        "for another audience" => Changed(t => t.Audience = "elsewhere"),
        "of another issuer" => Changed(t => t.Issuer = "https://elsewhere.test"),
        "signed with another key" => Changed(t => t.SigningCredentials = new SigningCredentials(
            new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "test" }, SecurityAlgorithms.EcdsaSha256)),
        "without a network" => Changed(t => t.Claims.Remove(CallerClaims.Network)),
        "a service, says the people's issuer" => TestTokens.Bearer(Tokens.Mint(CallerRole.Service, Network, [])),
        "a service" => new ServiceIdentity(
            Options.Create(new SecurityOptions { Audience = TestTokens.Audience, ServiceSecret = Tokens.ServiceSecret }),
            Options.Create(new PlatformOptions { Service = "billing" }), TimeProvider.System).HeadersFor(Network),
        _ => throw new ArgumentOutOfRangeException(nameof(token), token, message: null),
    };

    private Metadata Changed(Action<SecurityTokenDescriptor> change) =>
        TestTokens.Bearer(Tokens.Mint(CallerRole.Operator, Network, [], change: change));
}
