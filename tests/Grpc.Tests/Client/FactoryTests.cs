using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.ClientFactory;
using Grpc.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Platform.Grpc.Tests.Client;

/// <summary>Clients that are registered as services.</summary>
public class FactoryTests
{
    [Fact]
    public async Task A_registered_client_is_injected_and_calls_its_address()
    {
        await using var peer = await Peer.StartAsync(context => context.AnswerAsync("here"));
        await using var services = Services(services => services
            .AddGrpcClient<TestService.TestServiceClient>(options => options.Address = new Uri(peer.Address)));

        var client = services.GetRequiredService<TestService.TestServiceClient>();

        (await client.UnaryCallAsync(new SimpleRequest())).Username.ShouldBe("here");
    }

    [Fact]
    public async Task Clients_of_one_type_are_told_apart_by_name()
    {
        await using var one = await Peer.StartAsync(context => context.AnswerAsync("one"));
        await using var two = await Peer.StartAsync(context => context.AnswerAsync("two"));
        await using var services = Services(services =>
        {
            services.AddGrpcClient<TestService.TestServiceClient>("one", options => options.Address = new Uri(one.Address));
            services.AddGrpcClient<TestService.TestServiceClient>("two", (_, options) => options.Address = new Uri(two.Address));
        });
        var factory = services.GetRequiredService<GrpcClientFactory>();

        (await factory.CreateClient<TestService.TestServiceClient>("one").UnaryCallAsync(new SimpleRequest())).Username.ShouldBe("one");
        (await factory.CreateClient<TestService.TestServiceClient>("two").UnaryCallAsync(new SimpleRequest())).Username.ShouldBe("two");
        Should.Throw<InvalidOperationException>(() => factory.CreateClient<TestService.TestServiceClient>("three"));
    }

    [Fact]
    public async Task All_clients_of_a_name_share_one_connection()
    {
        var connections = new HashSet<string>();
        await using var peer = await Peer.StartAsync(context =>
        {
            lock (connections)
            {
                connections.Add(context.Connection.Id);
            }

            return context.AnswerAsync();
        });
        await using var services = Services(services => services
            .AddGrpcClient<TestService.TestServiceClient>(options => options.Address = new Uri(peer.Address)));

        for (var i = 0; i < 5; i++)
        {
            await using var scope = services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<TestService.TestServiceClient>().UnaryCallAsync(new SimpleRequest());
        }

        connections.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_client_without_an_address_says_so()
    {
        await using var services = Services(services => services.AddGrpcClient<TestService.TestServiceClient>());
        Should.Throw<InvalidOperationException>(() => services.GetRequiredService<TestService.TestServiceClient>())
            .Message.ShouldContain("Could not resolve the address");
    }

    [Fact]
    public void A_name_belongs_to_one_client_type()
    {
        var services = new ServiceCollection();
        services.AddGrpcClient<TestService.TestServiceClient>("shared");
        Should.Throw<InvalidOperationException>(() => services.AddGrpcClient<UnimplementedService.UnimplementedServiceClient>("shared"));
    }

    [Fact]
    public async Task ConfigureHttpClient_is_refused_since_no_HttpClient_is_used()
    {
        await using var services = Services(services => services
            .AddGrpcClient<TestService.TestServiceClient>(options => options.Address = new Uri("http://localhost:1"))
            .ConfigureHttpClient(client => client.Timeout = TimeSpan.FromSeconds(1)));
        Should.Throw<InvalidOperationException>(() => services.GetRequiredService<TestService.TestServiceClient>());
    }

    [Fact]
    public async Task The_channel_its_handlers_and_its_credentials_can_be_configured()
    {
        await using var peer = await Peer.StartAsync(context => context.AnswerAsync(
            $"{context.Request.Headers["x-handler"]} {context.Request.Headers.Authorization}"));
        await using var services = Services(services =>
        {
            services.AddSingleton(new Token("t1"));
            services.AddTransient<AddHeader>();
            services.AddGrpcClient<TestService.TestServiceClient>(options => options.Address = new Uri(peer.Address))
                .ConfigureChannel(channel => channel.UnsafeUseInsecureChannelCallCredentials = true)
                .ConfigureChannel((_, channel) => channel.MaxSendMessageSize = 100)
                .AddHttpMessageHandler<AddHeader>()
                .AddCallCredentials((_, metadata, provider) =>
                {
                    metadata.Add("authorization", provider.GetRequiredService<Token>().Text);
                    return Task.CompletedTask;
                });
        });
        var client = services.GetRequiredService<TestService.TestServiceClient>();

        (await client.UnaryCallAsync(new SimpleRequest())).Username.ShouldBe("handled t1");
        var failure = await Should.ThrowAsync<RpcException>(async () => await client.UnaryCallAsync(new SimpleRequest { Payload = Payloads.Of(200) }));
        failure.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task Call_credentials_over_an_address_without_TLS_are_refused()
    {
        await using var services = Services(services => services
            .AddGrpcClient<TestService.TestServiceClient>(options => options.Address = new Uri("http://localhost:1"))
            .AddCallCredentials((_, _) => Task.CompletedTask));
        Should.Throw<InvalidOperationException>(() => services.GetRequiredService<TestService.TestServiceClient>())
            .Message.ShouldContain("TLS");
    }

    [Fact]
    public async Task Interceptors_live_with_the_channel_or_with_the_client()
    {
        await using var peer = await Peer.StartAsync(context => context.AnswerAsync());
        var made = new List<string>();
        await using var services = Services(services => services
            .AddGrpcClient<TestService.TestServiceClient>(options => options.Address = new Uri(peer.Address))
            .AddInterceptor(() => new Counting(made, "channel"))
            .AddInterceptor(InterceptorScope.Client, _ => new Counting(made, "client")));

        for (var i = 0; i < 3; i++)
        {
            await services.GetRequiredService<TestService.TestServiceClient>().UnaryCallAsync(new SimpleRequest());
        }

        made.Count(name => name == "new channel").ShouldBe(1);
        made.Count(name => name == "new client").ShouldBe(3);
        made.Where(name => !name.StartsWith("new", StringComparison.Ordinal)).ShouldBe(["client", "channel", "client", "channel", "client", "channel"]);
    }

    [Fact]
    public async Task Idle_connections_are_not_pinged_oftener_than_every_five_minutes()
    {
        await using var services = Services(services => services.AddGrpcClient<TestService.TestServiceClient>("pinging"));
        var handler = services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("pinging");
        while (handler is DelegatingHandler outer)
        {
            handler = outer.InnerHandler!;
        }

        // gRFC A8: GOAWAY ENHANCE_YOUR_CALM is what a server answers to more.
        var delay = handler.ShouldBeOfType<SocketsHttpHandler>().KeepAlivePingDelay;
        (delay == Timeout.InfiniteTimeSpan || delay >= TimeSpan.FromMinutes(5)).ShouldBeTrue($"{delay}");
    }

    private static ServiceProvider Services(Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        configure(services);
        return services.BuildServiceProvider(validateScopes: true);
    }

    private sealed record Token(string Text);

    private sealed class AddHeader : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Add("x-handler", "handled");
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Counting : Interceptor
    {
        private readonly List<string> _log;
        private readonly string _name;

        public Counting(List<string> log, string name)
        {
            _log = log;
            _name = name;
            log.Add($"new {name}");
        }

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            _log.Add(_name);
            return continuation(request, context);
        }
    }
}
