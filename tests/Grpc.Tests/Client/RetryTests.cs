using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Grpc.Testing;
using Microsoft.AspNetCore.Http;

namespace Platform.Grpc.Tests.Client;

/// <summary>Retries by gRFC A6.</summary>
public class RetryTests
{
    [Fact]
    public async Task A_retryable_failure_is_tried_again_and_each_retry_says_how_many_came_before()
    {
        var script = new Script(context => context.Response.TrailersOnly(14), context => context.Response.TrailersOnly(14), context => context.AnswerAsync("third"));
        await using var peer = await Peer.StartAsync(script.RunAsync);

        var response = await peer.Client(Retrying()).UnaryCallAsync(new SimpleRequest { ResponseSize = 5 });

        response.Username.ShouldBe("third");
        script.PreviousAttempts.ShouldBe(["", "1", "2"]);
    }

    [Fact]
    public async Task A_failure_that_the_policy_does_not_name_is_final()
    {
        var script = new Script(context => context.Response.TrailersOnly(5, "nowhere"));
        await using var peer = await Peer.StartAsync(script.RunAsync);

        var failure = await FailureOf(peer.Client(Retrying()));

        failure.Status.ShouldBe(new Status(StatusCode.NotFound, "nowhere"));
        script.Attempts.ShouldBe(1);
    }

    [Theory]
    [InlineData(3, null, 3)]
    [InlineData(9, null, 9)]
    [InlineData(9, 5, 5)]
    public async Task Attempts_end_at_the_policys_number_and_the_channels_cap(int policy, int? cap, int expected)
    {
        var script = new Script(context => context.Response.TrailersOnly(14, "busy"));
        await using var peer = await Peer.StartAsync(script.RunAsync);
        var options = Retrying(policy);
        options.MaxRetryAttempts = cap;

        (await FailureOf(peer.Client(options))).Status.ShouldBe(new Status(StatusCode.Unavailable, "busy"));

        script.Attempts.ShouldBe(expected);
    }

    [Fact]
    public async Task By_default_five_attempts_are_the_most()
    {
        var script = new Script(context => context.Response.TrailersOnly(14));
        await using var peer = await Peer.StartAsync(script.RunAsync);

        await FailureOf(peer.Client(Retrying(maxAttempts: 20)));

        script.Attempts.ShouldBe(5);
    }

    [Fact]
    public async Task A_call_is_bound_to_the_attempt_whose_response_headers_arrived()
    {
        var script = new Script(async context =>
        {
            await context.Response.Grpc().StartAsync();
            context.Response.EndWith(14);
        });
        await using var peer = await Peer.StartAsync(script.RunAsync);

        (await FailureOf(peer.Client(Retrying()))).StatusCode.ShouldBe(StatusCode.Unavailable);

        script.Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task A_cut_connection_is_tried_again()
    {
        var requests = 0;
        await using var peer = new RawHttp2Peer(async (connection, id) =>
        {
            if (Interlocked.Increment(ref requests) == 1)
            {
                connection.Cut();
                return;
            }

            await connection.GrpcHeadersAsync(id);
            await connection.DataAsync(id, Wire.Frame(new SimpleResponse { Username = "again" }));
            await connection.HeadersAsync(id, end: true, ("grpc-status", "0"));
        });
        using var channel = GrpcChannel.ForAddress(peer.Address, Retrying());

        (await new TestService.TestServiceClient(channel).UnaryCallAsync(new SimpleRequest())).Username.ShouldBe("again");
    }

    [Fact]
    public async Task The_servers_pushback_sets_the_wait()
    {
        var script = new Script(
            context =>
            {
                context.Response.Headers["grpc-retry-pushback-ms"] = "400";
                return context.Response.TrailersOnly(14);
            },
            context => context.AnswerAsync());
        await using var peer = await Peer.StartAsync(script.RunAsync);

        await peer.Client(Retrying()).UnaryCallAsync(new SimpleRequest());

        // The policy alone would wait 10 ms at most.
        Stopwatch.GetElapsedTime(script.Times[0], script.Times[1]).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(350));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("soon")]
    public async Task A_pushback_that_is_no_time_means_do_not_retry(string pushback)
    {
        var script = new Script(context =>
        {
            context.Response.Headers["grpc-retry-pushback-ms"] = pushback;
            return context.Response.TrailersOnly(14);
        });
        await using var peer = await Peer.StartAsync(script.RunAsync);

        await FailureOf(peer.Client(Retrying()));

        script.Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task The_deadline_holds_over_all_attempts_together()
    {
        var script = new Script(context => context.Response.TrailersOnly(14));
        await using var peer = await Peer.StartAsync(script.RunAsync);
        var options = Retrying(maxAttempts: 5, backoff: TimeSpan.FromMinutes(1));

        using var call = peer.Client(options).UnaryCallAsync(new SimpleRequest(), deadline: DateTime.UtcNow.AddMilliseconds(200));
        var failure = await Should.ThrowAsync<RpcException>(() => call.ResponseAsync.WaitAsync(TimeSpan.FromSeconds(30)));

        failure.StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
    }

    [Fact]
    public async Task Messages_already_streamed_are_sent_again()
    {
        var bodies = new ConcurrentQueue<int[]>();
        var script = new Script(
            async context =>
            {
                var first = await context.Request.ReadAsync<StreamingInputCallRequest>();
                var second = await context.Request.ReadAsync<StreamingInputCallRequest>();
                bodies.Enqueue([first.Payload.Body.Length, second.Payload.Body.Length]);
                await context.Response.TrailersOnly(14);
            },
            async context =>
            {
                var sizes = new List<int>();
                while (await context.Request.ReadFrameAsync() is { } frame)
                {
                    sizes.Add(StreamingInputCallRequest.Parser.ParseFrom(frame.Payload).Payload.Body.Length);
                }

                bodies.Enqueue([.. sizes]);
                await context.Response.SendAsync(new StreamingInputCallResponse { AggregatedPayloadSize = sizes.Sum() });
                context.Response.EndWith(0);
            });
        await using var peer = await Peer.StartAsync(script.RunAsync);

        using var call = peer.Client(Retrying()).StreamingInputCall();
        foreach (var size in new[] { 1, 2, 3, 4 })
        {
            await call.RequestStream.WriteAsync(new StreamingInputCallRequest { Payload = Payloads.Of(size) });
        }

        await call.RequestStream.CompleteAsync();

        (await call).AggregatedPayloadSize.ShouldBe(10);
        bodies.ShouldBe([[1, 2], [1, 2, 3, 4]]);
    }

    [Fact]
    public async Task A_call_over_its_retry_buffer_is_not_tried_again()
    {
        var script = new Script(async context =>
        {
            while (await context.Request.ReadFrameAsync() is not null)
            {
            }

            await context.Response.TrailersOnly(14);
        });
        await using var peer = await Peer.StartAsync(script.RunAsync);
        var options = Retrying();
        options.MaxRetryBufferPerCallSize = 1000;
        var client = peer.Client(options);

        await Should.ThrowAsync<RpcException>(async () => await client.UnaryCallAsync(new SimpleRequest { Payload = Payloads.Of(1001) }));
        script.Attempts.ShouldBe(1);

        await Should.ThrowAsync<RpcException>(async () => await client.UnaryCallAsync(new SimpleRequest { Payload = Payloads.Of(500) }));
        script.Attempts.ShouldBe(1 + 5);
    }

    [Fact]
    public async Task The_retry_buffer_of_the_channel_is_free_again_after_each_call()
    {
        var script = new Script(context => context.Response.TrailersOnly(14));
        await using var peer = await Peer.StartAsync(script.RunAsync);
        var options = Retrying(maxAttempts: 2);
        options.MaxRetryBufferSize = 1500;
        var client = peer.Client(options);

        for (var call = 1; call <= 10; call++)
        {
            await Should.ThrowAsync<RpcException>(async () => await client.UnaryCallAsync(new SimpleRequest { Payload = Payloads.Of(1000) }));
            script.Attempts.ShouldBe(2 * call);
        }
    }

    [Fact]
    public async Task Retries_stop_while_half_of_the_tokens_are_gone_and_successes_bring_them_back()
    {
        var failing = true;
        var script = new Script(context => Volatile.Read(ref failing) ? context.Response.TrailersOnly(14) : context.AnswerAsync());
        await using var peer = await Peer.StartAsync(script.RunAsync);
        var options = Retrying(maxAttempts: 5);
        options.ServiceConfig!.RetryThrottling = new RetryThrottlingPolicy { MaxTokens = 4, TokenRatio = 1 };
        var client = peer.Client(options);

        // 4 tokens: after the first failure 3 are left, above half; after the second 2, no longer.
        await FailureOf(client);
        script.Attempts.ShouldBe(2);
        await FailureOf(client);
        script.Attempts.ShouldBe(3, "1 token left");

        Volatile.Write(ref failing, false);
        for (var success = 0; success < 3; success++)
        {
            await client.UnaryCallAsync(new SimpleRequest());
        }

        script.Attempts.ShouldBe(6);
        Volatile.Write(ref failing, true);
        await FailureOf(client);
        script.Attempts.ShouldBe(8, "3 of 4 tokens left after the first failure");
    }

    [Fact]
    public async Task The_most_specific_name_decides()
    {
        var script = new Script(context => context.Response.TrailersOnly(14));
        await using var peer = await Peer.StartAsync(script.RunAsync);
        var config = new ServiceConfig();
        config.MethodConfigs.Add(Policy(2, [MethodName.Default]));
        config.MethodConfigs.Add(Policy(3, [new MethodName { Service = "grpc.testing.TestService" }]));
        config.MethodConfigs.Add(Policy(4, [new MethodName { Service = "grpc.testing.TestService", Method = "UnaryCall" }]));
        var channel = peer.Channel(new GrpcChannelOptions { ServiceConfig = config });
        var client = new TestService.TestServiceClient(channel);

        await FailureOf(client);
        script.Attempts.ShouldBe(4);
        await Should.ThrowAsync<RpcException>(async () => await client.EmptyCallAsync(new Empty()));
        script.Attempts.ShouldBe(4 + 3);
        await Should.ThrowAsync<RpcException>(async () =>
            await new UnimplementedService.UnimplementedServiceClient(channel).UnimplementedCallAsync(new Empty()));
        script.Attempts.ShouldBe(4 + 3 + 2);
    }

    public static TheoryData<RetryPolicy> BadPolicies => new(
        new RetryPolicy { MaxAttempts = 1, InitialBackoff = Soon, MaxBackoff = Soon, BackoffMultiplier = 1, RetryableStatusCodes = { StatusCode.Unavailable } },
        new RetryPolicy { MaxAttempts = 2, InitialBackoff = TimeSpan.Zero, MaxBackoff = Soon, BackoffMultiplier = 1, RetryableStatusCodes = { StatusCode.Unavailable } },
        new RetryPolicy { MaxAttempts = 2, InitialBackoff = Soon, BackoffMultiplier = 1, RetryableStatusCodes = { StatusCode.Unavailable } },
        new RetryPolicy { MaxAttempts = 2, InitialBackoff = Soon, MaxBackoff = Soon, BackoffMultiplier = 0, RetryableStatusCodes = { StatusCode.Unavailable } },
        new RetryPolicy { MaxAttempts = 2, InitialBackoff = Soon, MaxBackoff = Soon, BackoffMultiplier = 1 });

    [Theory]
    [MemberData(nameof(BadPolicies), DisableDiscoveryEnumeration = true)]
    public async Task A_policy_out_of_range_is_refused(RetryPolicy policy)
    {
        var config = new ServiceConfig { MethodConfigs = { new MethodConfig { Names = { MethodName.Default }, RetryPolicy = policy } } };
        await using var peer = await Peer.StartAsync(context => context.AnswerAsync());

        await Should.ThrowAsync<InvalidOperationException>(async () =>
            await peer.Client(new GrpcChannelOptions { ServiceConfig = config }).UnaryCallAsync(new SimpleRequest()));
    }

    private static TimeSpan Soon => TimeSpan.FromMilliseconds(10);

    private static GrpcChannelOptions Retrying(int maxAttempts = 5, TimeSpan? backoff = null) => new()
    {
        ServiceConfig = new ServiceConfig { MethodConfigs = { Policy(maxAttempts, [MethodName.Default], backoff) } },
    };

    private static MethodConfig Policy(int maxAttempts, MethodName[] names, TimeSpan? backoff = null)
    {
        var config = new MethodConfig
        {
            RetryPolicy = new RetryPolicy
            {
                MaxAttempts = maxAttempts,
                InitialBackoff = backoff ?? Soon,
                MaxBackoff = backoff ?? Soon,
                BackoffMultiplier = 1.5,
                RetryableStatusCodes = { StatusCode.Unavailable, StatusCode.Aborted },
            },
        };
        foreach (var name in names)
        {
            config.Names.Add(name);
        }

        return config;
    }

    private static async Task<RpcException> FailureOf(TestService.TestServiceClient client) =>
        await Should.ThrowAsync<RpcException>(async () => await client.UnaryCallAsync(new SimpleRequest()));

    /// <summary>What the server does with the first, second, … attempt; the last entry goes on for all that follow.</summary>
    private sealed class Script(params RequestDelegate[] steps)
    {
        private readonly ConcurrentQueue<string> _previous = new();
        private readonly ConcurrentQueue<long> _times = new();
        private int _attempts;

        public int Attempts => Volatile.Read(ref _attempts);

        public string[] PreviousAttempts => [.. _previous];

        public long[] Times => [.. _times];

        public Task RunAsync(HttpContext context)
        {
            _previous.Enqueue(context.Request.Headers["grpc-previous-rpc-attempts"].ToString());
            _times.Enqueue(Stopwatch.GetTimestamp());
            return steps[Math.Min(Interlocked.Increment(ref _attempts), steps.Length) - 1](context);
        }
    }
}
