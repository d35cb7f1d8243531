using System.Security.Claims;
using System.Text.Encodings.Web;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Testing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Status = Grpc.Core.Status;

namespace Platform.Grpc.Tests.Server;

public sealed class HandlerTests
{
    private const string LogCategory = "Grpc.AspNetCore.Server.ServerCallHandler";

    [Fact]
    public async Task An_exception_is_UNKNOWN_without_its_text_and_is_logged()
    {
        var service = new ScriptedService { Unary = (_, _) => throw new InvalidOperationException("A secret.") };
        await using var server = await service.StartAsync();
        server.Logs.Expect(LogCategory, "Error when executing service method '/grpc.testing.TestService/UnaryCall'.");

        var error = await CallAsync(server);

        error.Status.ShouldBe(new Status(StatusCode.Unknown, "Exception was thrown by handler."), new SameCodeAndDetail());
        server.Logs.Unexpected.ShouldBeEmpty();
        server.Logs.Entries.ShouldContain(entry => entry.Level == LogLevel.Error && entry.Exception is InvalidOperationException);
    }

    [Fact]
    public async Task With_detailed_errors_the_text_is_sent()
    {
        var service = new ScriptedService { Unary = (_, _) => throw new InvalidOperationException("Outer.", new ArgumentException("Inner.")) };
        await using var server = await service.StartAsync(options => options.EnableDetailedErrors = true);
        server.Logs.Expect(LogCategory, "Outer.");

        (await CallAsync(server)).Status.Detail.ShouldBe(
            "Exception was thrown by handler. InvalidOperationException: Outer. ArgumentException: Inner.");
    }

    [Fact]
    public async Task A_failure_carries_its_status_and_the_trailers_of_both_the_context_and_the_exception()
    {
        var service = new ScriptedService
        {
            Unary = (_, context) =>
            {
                context.ResponseTrailers.Add("first", "1");
                throw new RpcException(new Status(StatusCode.Aborted, "Again, please."), new Metadata { { "second", "2" } });
            },
        };
        await using var server = await service.StartAsync();

        var error = await CallAsync(server);

        error.StatusCode.ShouldBe(StatusCode.Aborted);
        error.Status.Detail.ShouldBe("Again, please.");
        error.Trailers.GetValue("first").ShouldBe("1");
        error.Trailers.GetValue("second").ShouldBe("2");
    }

    [Fact]
    public async Task A_rich_status_goes_there_and_back()
    {
        var sent = new global::Google.Rpc.Status
        {
            Code = (int)StatusCode.InvalidArgument,
            Message = "Not like this.",
            Details = { Any.Pack(new ResourceInfo { ResourceType = "site", ResourceName = "sites/7" }) },
        };
        var service = new ScriptedService { Unary = (_, _) => throw sent.ToRpcException() };
        await using var server = await service.StartAsync();

        var error = await CallAsync(server);

        error.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        error.Status.Detail.ShouldBe("Not like this.");
        var received = error.GetRpcStatus().ShouldNotBeNull();
        received.ShouldBe(sent);
        received.GetDetail<ResourceInfo>().ShouldNotBeNull().ResourceName.ShouldBe("sites/7");
        received.GetDetail<BadRequest>().ShouldBeNull();
    }

    [Fact]
    public async Task A_status_set_on_the_context_ends_the_call_without_an_exception()
    {
        var service = new ScriptedService
        {
            Unary = (_, context) =>
            {
                context.Status = new Status(StatusCode.FailedPrecondition, "Not yet.");
                return Task.FromResult(new SimpleResponse());
            },
        };
        await using var server = await service.StartAsync();

        (await CallAsync(server)).StatusCode.ShouldBe(StatusCode.FailedPrecondition);
    }

    [Fact]
    public async Task No_response_at_all_is_CANCELLED()
    {
        var service = new ScriptedService { Unary = (_, _) => Task.FromResult<SimpleResponse>(null!) };
        await using var server = await service.StartAsync();

        (await CallAsync(server)).Status.ShouldBe(new Status(StatusCode.Cancelled, "No message returned from method."), new SameCodeAndDetail());
    }

    [Fact]
    public async Task Writing_after_the_call_is_refused()
    {
        IServerStreamWriter<StreamingOutputCallResponse>? kept = null;
        var service = new ScriptedService
        {
            Output = async (_, responses, _) =>
            {
                kept = responses;
                await responses.WriteAsync(new StreamingOutputCallResponse());
            },
        };
        await using var server = await service.StartAsync();
        using var call = server.Client.StreamingOutputCall(new StreamingOutputCallRequest());
        while (await call.ResponseStream.MoveNext())
        {
        }

        var write = () => kept!.WriteAsync(new StreamingOutputCallResponse());

        (await write.ShouldThrowAsync<InvalidOperationException>()).Message.ShouldBe("Can't write the message because the request is complete.");
    }

    [Fact]
    public async Task Response_headers_are_sent_once()
    {
        var service = new ScriptedService
        {
            Unary = async (_, context) =>
            {
                await context.WriteResponseHeadersAsync([]);
                await Should.ThrowAsync<InvalidOperationException>(() => context.WriteResponseHeadersAsync([]));
                return new SimpleResponse();
            },
        };
        await using var server = await service.StartAsync();

        await server.Client.UnaryCallAsync(new SimpleRequest());
    }

    [Fact]
    public async Task Each_call_has_its_own_service_and_scope_and_both_are_disposed_of()
    {
        var log = new ScopeLog();
        await using var server = await GrpcServer.StartAsync(
            services: services => services.AddSingleton(log).AddScoped<Scoped>(),
            map: app => app.MapGrpcService<ScopedService>());

        var first = await server.Client.UnaryCallAsync(new SimpleRequest());
        var second = await server.Client.UnaryCallAsync(new SimpleRequest());

        first.Username.ShouldNotBe(second.Username);
        await log.ScopesDisposedAsync(2);
        log.Services.ShouldBe(2);
    }

    [Fact]
    public async Task Attributes_of_class_and_method_are_metadata_of_the_endpoint()
    {
        await using var server = await GrpcServer.StartAsync(services: AddAuthorization, map: MapGuarded);

        var endpoint = server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints)
            .Single(item => item.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.Name == nameof(GuardedService.UnaryCall));

        endpoint.DisplayName.ShouldBe("gRPC - /grpc.testing.TestService/UnaryCall");
        endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()!.ServiceType.ShouldBe(typeof(GuardedService));
        endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Roles).ShouldBe(["staff", "boss"]);
        endpoint.Metadata.GetMetadata<Marker>().ShouldNotBeNull();
    }

    [Theory]
    [InlineData(null, StatusCode.Unauthenticated)]
    [InlineData("staff", StatusCode.PermissionDenied)]
    [InlineData("staff boss", StatusCode.OK)]
    public async Task Authorize_on_a_method_is_obeyed(string? roles, StatusCode expected)
    {
        await using var server = await GrpcServer.StartAsync(services: AddAuthorization, map: MapGuarded);
        var headers = new Metadata();
        if (roles is not null)
        {
            headers.Add("roles", roles);
        }

        using var call = server.Client.UnaryCallAsync(new SimpleRequest(), headers);
        var error = await Record.ExceptionAsync(async () => await call);

        (error is RpcException rpc ? rpc.StatusCode : StatusCode.OK).ShouldBe(expected);
    }

    [Fact]
    public async Task Anonymous_access_is_allowed_where_a_method_says_so()
    {
        await using var server = await GrpcServer.StartAsync(services: AddAuthorization, map: MapGuarded);

        await server.Client.EmptyCallAsync(new global::Grpc.Testing.Empty());
    }

    [Fact]
    public async Task Options_of_a_service_go_over_those_of_all()
    {
        await using var server = await new ScriptedService().StartAsync(
            options => options.MaxReceiveMessageSize = 10,
            services => services.AddGrpc().AddServiceOptions<ScriptedService>(options => options.MaxReceiveMessageSize = null));

        await server.Client.UnaryCallAsync(new SimpleRequest { Payload = new Payload { Body = global::Google.Protobuf.ByteString.CopyFrom(new byte[5_000_000]) } });
    }

    [Fact]
    public async Task A_class_without_generated_code_cannot_be_mapped()
    {
        var start = () => GrpcServer.StartAsync(map: app => app.MapGrpcService<Marker>());

        (await start.ShouldThrowAsync<InvalidOperationException>()).Message.ShouldContain(nameof(Marker));
    }

    private static async Task<RpcException> CallAsync(GrpcServer server)
    {
        using var call = server.Client.UnaryCallAsync(new SimpleRequest());
        return (await Record.ExceptionAsync(async () => await call)).ShouldBeOfType<RpcException>();
    }

    private static void AddAuthorization(IServiceCollection services)
    {
        services.AddAuthentication("roles").AddScheme<AuthenticationSchemeOptions, RolesHandler>("roles", null);
        services.AddAuthorization();
    }

    private static void MapGuarded(WebApplication app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGrpcService<GuardedService>().WithMetadata(new Marker());
    }

    private sealed class Marker;

    [Authorize(Roles = "staff")]
    private sealed class GuardedService : TestService.TestServiceBase
    {
        [Authorize(Roles = "boss")]
        public override Task<SimpleResponse> UnaryCall(SimpleRequest request, ServerCallContext context) =>
            Task.FromResult(new SimpleResponse());

        [AllowAnonymous]
        public override Task<global::Grpc.Testing.Empty> EmptyCall(global::Grpc.Testing.Empty request, ServerCallContext context) =>
            Task.FromResult(new global::Grpc.Testing.Empty());
    }

    private sealed class RolesHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (!Request.Headers.TryGetValue("roles", out var roles))
            {
                return Task.FromResult(AuthenticateResult.NoResult());
            }

            var claims = roles.ToString().Split(' ').Select(role => new Claim(ClaimTypes.Role, role));
            var principal = new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme.Name));
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme.Name)));
        }
    }

    private sealed class ScopeLog
    {
        private readonly SemaphoreSlim _scopes = new(0);

        public int Services;

        public void ScopeDisposed() => _scopes.Release();

        public async Task ScopesDisposedAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                (await _scopes.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
            }
        }
    }

    private sealed class Scoped(ScopeLog log) : IDisposable
    {
        public Guid Id { get; } = Guid.NewGuid();

        public void Dispose() => log.ScopeDisposed();
    }

    private sealed class ScopedService(Scoped scoped, ScopeLog log) : TestService.TestServiceBase, IDisposable
    {
        public override Task<SimpleResponse> UnaryCall(SimpleRequest request, ServerCallContext context)
        {
            context.GetHttpContext().RequestServices.GetRequiredService<Scoped>().ShouldBeSameAs(scoped);
            return Task.FromResult(new SimpleResponse { Username = $"{scoped.Id}" });
        }

        public void Dispose() => Interlocked.Increment(ref log.Services);
    }

    private sealed class SameCodeAndDetail : IEqualityComparer<Status>
    {
        public bool Equals(Status x, Status y) => x.StatusCode == y.StatusCode && x.Detail == y.Detail;

        public int GetHashCode(Status status) => HashCode.Combine(status.StatusCode, status.Detail);
    }
}
