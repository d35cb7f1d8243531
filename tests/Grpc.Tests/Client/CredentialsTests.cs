using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Testing;

namespace Platform.Grpc.Tests.Client;

/// <summary>Credentials and interceptors of clients that are made by hand.</summary>
public class CredentialsTests
{
    [Fact]
    public async Task Without_TLS_call_credentials_are_sent_only_when_the_channel_was_told_to()
    {
        var asked = new List<AuthInterceptorContext>();
        var credentials = CallCredentials.FromInterceptor((context, metadata) =>
        {
            asked.Add(context);
            metadata.Add("authorization", "Bearer t");
            return Task.CompletedTask;
        });
        await using var peer = await Peer.StartAsync(context => context.AnswerAsync(context.Request.Headers.Authorization.ToString()));
        var options = new CallOptions(credentials: credentials);

        (await peer.Client().UnaryCallAsync(new SimpleRequest(), options)).Username.ShouldBe("");
        asked.ShouldBeEmpty();

        var trusting = peer.Client(new GrpcChannelOptions { UnsafeUseInsecureChannelCallCredentials = true });
        (await trusting.UnaryCallAsync(new SimpleRequest(), options)).Username.ShouldBe("Bearer t");
        asked.Single().MethodName.ShouldBe("UnaryCall");
        asked.Single().ServiceUrl.ShouldBe($"{peer.Address}/grpc.testing.TestService");
    }

    [Fact]
    public async Task Credentials_that_fail_fail_the_call_and_nothing_is_sent()
    {
        var requests = 0;
        await using var peer = await Peer.StartAsync(context =>
        {
            Interlocked.Increment(ref requests);
            return context.AnswerAsync();
        });
        var credentials = CallCredentials.FromInterceptor((_, _) => throw new RpcException(new Status(StatusCode.Unauthenticated, "no token")));
        var client = peer.Client(new GrpcChannelOptions { UnsafeUseInsecureChannelCallCredentials = true });

        var failure = await Should.ThrowAsync<RpcException>(async () =>
            await client.UnaryCallAsync(new SimpleRequest(), new CallOptions(credentials: credentials)));

        failure.StatusCode.ShouldBe(StatusCode.Unauthenticated);
        requests.ShouldBe(0);
    }

    [Fact]
    public async Task Interceptors_see_a_call_in_the_order_given()
    {
        await using var peer = await Peer.StartAsync(context => context.AnswerAsync(context.Request.Headers["x-path"].ToString()));
        var client = new TestService.TestServiceClient(peer.Channel().Intercept(new Stamp("outer"), new Stamp("inner")));

        (await client.UnaryCallAsync(new SimpleRequest())).Username.ShouldBe("outer>inner");
    }

    private sealed class Stamp(string name) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            var before = context.Options.Headers?.GetValue("x-path");
            var headers = new Metadata { { "x-path", before is null ? name : $"{before}>{name}" } };
            return continuation(request, new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, context.Options.WithHeaders(headers)));
        }
    }
}
