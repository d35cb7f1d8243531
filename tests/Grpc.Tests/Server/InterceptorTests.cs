using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Platform.Grpc.Tests.Server;

public sealed class InterceptorTests
{
    [Fact]
    public async Task The_first_registered_is_the_outermost_for_all_four_kinds()
    {
        var steps = new ConcurrentQueue<string>();
        var service = new ScriptedService
        {
            Unary = (_, _) => Step(steps, "unary", new SimpleResponse()),
            Input = (_, _) => Step(steps, "input", new StreamingInputCallResponse()),
            Output = (_, _, _) => Step(steps, "output", true),
            Duplex = (_, _, _) => Step(steps, "duplex", true),
        };
        await using var server = await service.StartAsync(
            options =>
            {
                options.Interceptors.Add<Recorder>("outer");
                options.Interceptors.Add<Recorder>("inner");
            },
            services => services.AddSingleton(steps));

        await server.Client.UnaryCallAsync(new SimpleRequest());
        using var input = server.Client.StreamingInputCall();
        await input.RequestStream.CompleteAsync();
        await input;
        using var output = server.Client.StreamingOutputCall(new StreamingOutputCallRequest());
        (await output.ResponseStream.MoveNext()).ShouldBeFalse();
        using var duplex = server.Client.FullDuplexCall();
        await duplex.RequestStream.CompleteAsync();
        (await duplex.ResponseStream.MoveNext()).ShouldBeFalse();

        steps.ShouldBe(
        [
            "outer before", "inner before", "unary", "inner after", "outer after",
            "outer before", "inner before", "input", "inner after", "outer after",
            "outer before", "inner before", "output", "inner after", "outer after",
            "outer before", "inner before", "duplex", "inner after", "outer after",
        ]);
    }

    [Fact]
    public async Task An_interceptor_can_end_the_call_before_the_handler()
    {
        var service = new ScriptedService { Unary = (_, _) => throw new InvalidOperationException("The handler ran.") };
        await using var server = await service.StartAsync(options => options.Interceptors.Add<Refuser>());

        var call = async () => await server.Client.UnaryCallAsync(new SimpleRequest());

        var refusal = await call.ShouldThrowAsync<RpcException>();
        refusal.StatusCode.ShouldBe(StatusCode.PermissionDenied);
        refusal.Trailers.GetValue("reason").ShouldBe("closed");
    }

    [Fact]
    public async Task A_registered_interceptor_comes_from_the_container_and_one_that_is_not_is_disposed_of_after_the_call()
    {
        var shared = new Counter();
        await using var server = await new ScriptedService().StartAsync(
            options =>
            {
                options.Interceptors.Add<Counting>();
                options.Interceptors.Add<Disposable>();
            },
            services =>
            {
                services.AddSingleton(shared);
                services.AddSingleton<Counting>();
            });

        await server.Client.UnaryCallAsync(new SimpleRequest());
        await server.Client.UnaryCallAsync(new SimpleRequest());

        shared.Made.ShouldBe(1);
        shared.Disposed.ShouldBe(2);
    }

    [Fact]
    public void Only_interceptors_can_be_registered()
    {
        var add = () => new global::Grpc.AspNetCore.Server.InterceptorCollection().Add(typeof(string));

        add.ShouldThrow<ArgumentException>();
    }

    private static Task<T> Step<T>(ConcurrentQueue<string> steps, string step, T result)
    {
        steps.Enqueue(step);
        return Task.FromResult(result);
    }

    private sealed class Recorder(string name, ConcurrentQueue<string> steps) : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
            AroundAsync(() => continuation(request, context));

        public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
            AroundAsync(() => continuation(requestStream, context));

        public override Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
            AroundAsync(async () =>
            {
                await continuation(request, responseStream, context);
                return true;
            });

        public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
            AroundAsync(async () =>
            {
                await continuation(requestStream, responseStream, context);
                return true;
            });

        private async Task<T> AroundAsync<T>(Func<Task<T>> next)
        {
            steps.Enqueue($"{name} before");
            var result = await next();
            steps.Enqueue($"{name} after");
            return result;
        }
    }

    private sealed class Refuser : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
            throw new RpcException(new Status(StatusCode.PermissionDenied, "Closed."), new Metadata { { "reason", "closed" } });
    }

    private sealed class Counter
    {
        public int Made;
        public int Disposed;
    }

    private sealed class Counting : Interceptor
    {
        public Counting(Counter counter) => Interlocked.Increment(ref counter.Made);
    }

    private sealed class Disposable(Counter counter) : Interceptor, IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            Interlocked.Increment(ref counter.Disposed);
            return default;
        }
    }
}
