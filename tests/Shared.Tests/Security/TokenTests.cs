using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using Platform.Shared.Errors;
using Platform.Shared.Hosting;
using Platform.Shared.Security;
using Platform.Shared.Tests.Members;
using Platform.Support;

namespace Platform.Shared.Tests.Security;

public sealed class TokenTests : IAsyncLifetime
{
    private readonly Guid network = Guid.CreateVersion7();
    private MemberHost service = null!;

    public async ValueTask InitializeAsync() => service = await MemberHost.StartAsync(StoreKind.Sqlite);

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task Without_a_token_a_call_is_unauthenticated() =>
        (await RefusalAsync([])).ShouldBe((StatusCode.Unauthenticated, "TOKEN_REQUIRED"));

    [Fact]
    public async Task An_expired_token_is_refused_and_the_caller_told_so() =>
        (await RefusalAsync(service.Tokens.Expired(network))).ShouldBe((StatusCode.Unauthenticated, "TOKEN_EXPIRED"));

    [Fact]
    public async Task A_role_that_the_RPC_does_not_name_is_denied() =>
        (await RefusalAsync(service.Tokens.Clinician(network))).ShouldBe((StatusCode.PermissionDenied, "ROLE_NOT_ALLOWED"));

    [Fact]
    public async Task A_token_of_another_issuer_is_refused()
    {
        using var stranger = new TestTokens();
        (await RefusalAsync(stranger.Operator(network))).Code.ShouldBe(StatusCode.Unauthenticated);
    }

    [Theory]
    [InlineData("issuer")]
    [InlineData("audience")]
    [InlineData("no network")]
    [InlineData("empty network")]
    [InlineData("two roles")]
    [InlineData("unknown role")]
    [InlineData("malformed site")]
    [InlineData("payer without payer")]
    [InlineData("role service")]
    [InlineData("issuer of services")]
    public async Task A_token_that_was_signed_by_the_issuer_but_does_not_say_what_it_must_is_refused(string flaw)
    {
        var token = service.Tokens.Mint(CallerRole.Operator, network, [], change: token =>
        {
            switch (flaw)
            {
                case "issuer": token.Issuer = "https://elsewhere.test"; break;
                case "audience": token.Audience = "another"; break;
                case "no network": token.Claims.Remove(CallerClaims.Network); break;
                case "empty network": token.Claims[CallerClaims.Network] = Guid.Empty.ToString(); break;
                case "two roles": token.Claims[CallerClaims.Role] = new[] { "operator", "clinician" }; break;
                case "unknown role": token.Claims[CallerClaims.Role] = "owner"; break;
                case "malformed site": token.Claims[CallerClaims.Sites] = new[] { "*", "7" }; break;
                case "payer without payer": token.Claims[CallerClaims.Role] = "payer"; break;
                case "role service": token.Claims[CallerClaims.Role] = "service"; break;
                case "issuer of services": token.Issuer = SecurityOptions.ServiceIssuer; break;
            }
        });

        (await RefusalAsync(TestTokens.Bearer(token))).ShouldBe((StatusCode.Unauthenticated, "TOKEN_INVALID"));
    }

    [Fact]
    public async Task A_public_key_does_not_pass_for_a_shared_secret()
    {
        // The classic confusion: an HMAC made with the issuer's public key set, which everybody can read.
        var jwks = Encoding.UTF8.GetBytes(service.Tokens.Settings["Security:Jwks"]!);
        var token = service.Tokens.Mint(CallerRole.Operator, network, [], change: token => token.SigningCredentials =
            new SigningCredentials(new SymmetricSecurityKey(jwks) { KeyId = "test" }, SecurityAlgorithms.HmacSha256));

        (await RefusalAsync(TestTokens.Bearer(token))).Code.ShouldBe(StatusCode.Unauthenticated);
    }

    [Fact]
    public async Task The_services_secret_does_not_sign_for_people()
    {
        var secret = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(service.Tokens.ServiceSecret));
        var token = service.Tokens.Mint(CallerRole.Operator, network, [], change: token =>
        {
            token.Issuer = SecurityOptions.ServiceIssuer;
            token.SigningCredentials = new SigningCredentials(secret, SecurityAlgorithms.HmacSha256);
        });

        (await RefusalAsync(TestTokens.Bearer(token))).Code.ShouldBe(StatusCode.Unauthenticated);
    }

    [Fact]
    public async Task A_member_of_another_network_does_not_exist()
    {
        var member = await service.JoinAsync("Ada");

        var refusal = await Should.ThrowAsync<RpcException>(async () => await service.Client.ReadAsync(
            new ReadRequest { MemberId = member.ToString() }, service.Tokens.Operator(network)));

        refusal.StatusCode.ShouldBe(StatusCode.NotFound);
    }

    [Fact]
    public async Task A_service_calls_another_with_an_identity_of_its_own()
    {
        var member = await service.JoinAsync("Ada");
        await using var caller = await StartCallerAsync();

        var reply = await new MemberService.MemberServiceClient(caller.Channel)
            .RelayAsync(new ReadRequest { MemberId = member.ToString() }, service.Operator);
        reply.Name.ShouldBe("Ada");

        var missing = await Should.ThrowAsync<RpcException>(async () => await new MemberService.MemberServiceClient(caller.Channel)
            .RelayAsync(new ReadRequest { MemberId = Guid.NewGuid().ToString() }, service.Operator));
        missing.ToDomainError().ShouldNotBeNull().Kind.ShouldBe(ErrorKind.NotFound);
    }

    [Fact]
    public async Task A_call_to_a_service_ends_with_the_deadline_of_the_call_that_caused_it()
    {
        await using var caller = await StartCallerAsync();
        var client = new MemberService.MemberServiceClient(caller.Channel);

        var failure = await Should.ThrowAsync<RpcException>(async () => await client.RelayAsync(
            new ReadRequest { Fault = "wait" }, service.Operator, DateTime.UtcNow.AddSeconds(1)));

        failure.StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
    }

    [Fact]
    public async Task A_connection_to_a_service_ends_as_configured()
    {
        await using var caller = await StartCallerAsync();
        var handler = caller.Services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(nameof(MemberService.MemberServiceClient));
        while (handler is DelegatingHandler outer)
            handler = outer.InnerHandler!;
        handler.ShouldBeOfType<SocketsHttpHandler>().PooledConnectionLifetime.ShouldBe(TimeSpan.FromSeconds(7));
    }

    [Fact]
    public void Every_RPC_says_who_may_call_it() => RpcPolicies.Missing(typeof(MemberEndpoint).Assembly).ShouldNotContain(
        problem => problem.StartsWith(nameof(MemberEndpoint), StringComparison.Ordinal));

    [Fact]
    public void An_RPC_that_does_not_is_found() =>
        RpcPolicies.Missing(typeof(OpenDoor).Assembly).Where(problem => problem.StartsWith("OpenDoor.", StringComparison.Ordinal)).ShouldBe(
        [
            "OpenDoor.Converse: is not implemented", "OpenDoor.Follow: is not implemented", "OpenDoor.Join: has no [Allow]",
            "OpenDoor.Relay: is not implemented", "OpenDoor.Rename: is not implemented", "OpenDoor.Upload: is not implemented",
            "OpenDoor.Vouch: is not implemented",
        ]);

    [Fact]
    public async Task An_RPC_without_a_policy_is_closed_to_everybody()
    {
        await using var host = await TestHost.StartAsync(
            "doors", builder => builder.AddStore<MemberDbContext>(), app => app.MapGrpcService<OpenDoor>(), service.Tokens);

        var refusal = await Should.ThrowAsync<RpcException>(async () => await new MemberService.MemberServiceClient(host.Channel)
            .JoinAsync(new JoinRequest(), service.Operator));

        refusal.StatusCode.ShouldBe(StatusCode.PermissionDenied);
    }

    [Fact]
    public async Task A_method_that_nothing_serves_is_unimplemented_and_without_a_token_not_even_that()
    {
        using var channel = GrpcChannel.ForAddress(service.Host.Address);
        var unknown = new Method<JoinRequest, JoinResponse>(
            MethodType.Unary, "platform.nowhere.v1.NobodyService", "Nothing",
            Marshallers.Create<JoinRequest>(m => m.ToByteArray(), JoinRequest.Parser.ParseFrom),
            Marshallers.Create<JoinResponse>(m => m.ToByteArray(), JoinResponse.Parser.ParseFrom));
        async Task<StatusCode> CallAsync(Metadata headers) => (await Should.ThrowAsync<RpcException>(async () =>
            await channel.CreateCallInvoker().AsyncUnaryCall(unknown, null, new CallOptions(headers), new JoinRequest()))).StatusCode;

        (await CallAsync(service.Operator)).ShouldBe(StatusCode.Unimplemented);
        (await CallAsync([])).ShouldBe(StatusCode.Unauthenticated);
    }

    private async Task<(StatusCode Code, string? Reason)> RefusalAsync(Metadata headers)
    {
        using var channel = GrpcChannel.ForAddress(service.Host.Address);
        var failure = await Should.ThrowAsync<RpcException>(async () =>
            await new MemberService.MemberServiceClient(channel).JoinAsync(service.JoinRequest("Ada"), headers));
        return (failure.StatusCode, failure.ToDomainError()?.Code);
    }

    private sealed class OpenDoor : MemberService.MemberServiceBase
    {
        public override Task<JoinResponse> Join(JoinRequest request, ServerCallContext context) => Task.FromResult(new JoinResponse());

        [Allow(CallerRole.Operator)]
        public override Task<MemberReply> Read(ReadRequest request, ServerCallContext context) => Task.FromResult(new MemberReply());
    }

    /// <summary>Another service, which calls this one.</summary>
    private Task<TestHost> StartCallerAsync() => TestHost.StartAsync(
        "caller",
        builder =>
        {
            builder.AddStore<MemberDbContext>();
            builder.AddServiceClient<MemberService.MemberServiceClient>("members");
        },
        app => app.MapGrpcService<MemberEndpoint>(),
        service.Tokens,
        settings: new Dictionary<string, string?>
        {
            ["Services:Members"] = service.Host.Address.ToString(), ["Platform:ConnectionLifetime"] = "00:00:07",
        });
}
