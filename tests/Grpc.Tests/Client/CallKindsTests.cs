using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Testing;
using Microsoft.AspNetCore.Http;

namespace Platform.Grpc.Tests.Client;

/// <summary>The four kinds of call: messages, headers, trailers, and how they end early.</summary>
public class CallKindsTests
{
    [Fact]
    public async Task A_unary_call_gives_the_response_the_headers_the_trailers_and_the_status()
    {
        await using var peer = await Peer.StartAsync(async context =>
        {
            var request = await context.Request.ReadAsync<SimpleRequest>();
            context.Response.Headers["x-leading"] = "before";
            await context.Response.SendAsync(new SimpleResponse { Username = $"size {request.ResponseSize}" });
            context.Response.EndWith(0);
            context.Response.AppendTrailer("x-trailing", "after");
        });

        using var call = peer.Client().UnaryCallAsync(new SimpleRequest { ResponseSize = 7 });

        (await call).Username.ShouldBe("size 7");
        (await call.ResponseHeadersAsync).GetValue("x-leading").ShouldBe("before");
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
        call.GetTrailers().GetValue("x-trailing").ShouldBe("after");
        call.GetTrailers().Get("grpc-status").ShouldBeNull();
    }

    [Fact]
    public async Task A_blocking_unary_call_gives_the_response_or_throws()
    {
        await using var peer = await Peer.StartAsync(context =>
            context.Request.Path.Value!.EndsWith("UnaryCall", StringComparison.Ordinal) ? context.AnswerAsync("here") : context.Response.TrailersOnly(5, "no"));
        var client = peer.Client();

        client.UnaryCall(new SimpleRequest()).Username.ShouldBe("here");
        Should.Throw<RpcException>(() => client.EmptyCall(new Empty())).StatusCode.ShouldBe(StatusCode.NotFound);
    }

    [Fact]
    public async Task Responses_are_read_one_by_one_as_they_arrive()
    {
        var goOn = new SemaphoreSlim(0);
        await using var peer = await Peer.StartAsync(async context =>
        {
            for (var size = 1; size <= 3; size++)
            {
                await context.Response.SendAsync(new StreamingOutputCallResponse { Payload = Payloads.Of(size) });
                await goOn.WaitAsync();
            }

            context.Response.EndWith(0);
        });

        using var call = peer.Client().StreamingOutputCall(new StreamingOutputCallRequest());
        for (var size = 1; size <= 3; size++)
        {
            (await call.ResponseStream.MoveNext(default)).ShouldBeTrue();
            call.ResponseStream.Current.Payload.Body.Length.ShouldBe(size);
            goOn.Release();
        }

        (await call.ResponseStream.MoveNext(default)).ShouldBeFalse();
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
        (await call.ResponseStream.MoveNext(default)).ShouldBeFalse();
    }

    [Fact]
    public async Task Messages_need_not_align_with_data_frames()
    {
        await using var peer = await Peer.StartAsync(async context =>
        {
            var bytes = Enumerable.Range(0, 5)
                .SelectMany(size => Wire.Frame(new StreamingOutputCallResponse { Payload = Payloads.Of(size * 1000) }))
                .ToArray();
            context.Response.Grpc();
            for (var at = 0; at < bytes.Length; at += 777)
            {
                await context.Response.Body.WriteAsync(bytes.AsMemory(at, Math.Min(777, bytes.Length - at)));
                await context.Response.Body.FlushAsync();
            }

            context.Response.EndWith(0);
        });

        using var call = peer.Client().StreamingOutputCall(new StreamingOutputCallRequest());
        var sizes = await call.ResponseStream.ReadAllAsync().Select(response => response.Payload.Body.Length).ToArrayAsync();

        sizes.ShouldBe([0, 1000, 2000, 3000, 4000]);
    }

    [Fact]
    public async Task Requests_arrive_as_they_are_written_and_the_end_is_seen()
    {
        var arrived = new List<int>();
        await using var peer = await Peer.StartAsync(async context =>
        {
            while (await context.Request.ReadFrameAsync() is { } frame)
            {
                arrived.Add(StreamingInputCallRequest.Parser.ParseFrom(frame.Payload).Payload.Body.Length);
            }

            await context.Response.SendAsync(new StreamingInputCallResponse { AggregatedPayloadSize = arrived.Sum() });
            context.Response.EndWith(0);
        });

        using var call = peer.Client().StreamingInputCall();
        foreach (var size in new[] { 3, 0, 100_000 })
        {
            await call.RequestStream.WriteAsync(new StreamingInputCallRequest { Payload = Payloads.Of(size) });
        }

        await call.RequestStream.CompleteAsync();

        (await call).AggregatedPayloadSize.ShouldBe(100_003);
        arrived.ShouldBe([3, 0, 100_000]);
    }

    [Fact]
    public async Task Each_side_of_a_duplex_call_answers_the_other()
    {
        await using var peer = await Peer.StartAsync(EchoSizes);
        using var call = peer.Client().FullDuplexCall();
        for (var size = 1; size <= 20; size++)
        {
            await call.RequestStream.WriteAsync(Payloads.Asking(size));
            (await call.ResponseStream.MoveNext(default)).ShouldBeTrue();
            call.ResponseStream.Current.Payload.Body.Length.ShouldBe(size);
        }

        await call.RequestStream.CompleteAsync();
        (await call.ResponseStream.MoveNext(default)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_failed_call_throws_its_status_and_trailers()
    {
        await using var peer = await Peer.StartAsync(async context =>
        {
            await context.Response.SendAsync(new StreamingOutputCallResponse());
            context.Response.EndWith(9, "not now");
            context.Response.AppendTrailer("x-why", "closed");
        });

        using var call = peer.Client().StreamingOutputCall(new StreamingOutputCallRequest());
        (await call.ResponseStream.MoveNext(default)).ShouldBeTrue();
        var failure = await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext(default));

        failure.Status.StatusCode.ShouldBe(StatusCode.FailedPrecondition);
        failure.Status.Detail.ShouldBe("not now");
        failure.Trailers.GetValue("x-why").ShouldBe("closed");
        call.GetStatus().ShouldBe(failure.Status);
    }

    [Fact]
    public async Task Status_and_trailers_of_a_call_under_way_are_not_to_be_had()
    {
        await using var peer = await Peer.StartAsync(context => Forever(context.RequestAborted));
        using var call = peer.Client().UnaryCallAsync(new SimpleRequest());

        Should.Throw<InvalidOperationException>(() => call.GetStatus());
        Should.Throw<InvalidOperationException>(() => call.GetTrailers());
    }

    [Fact]
    public async Task Disposing_a_call_cancels_it_and_the_server_sees_that()
    {
        var aborted = new TaskCompletionSource();
        await using var peer = await Peer.StartAsync(async context =>
        {
            await context.Response.SendAsync(new StreamingOutputCallResponse());
            context.RequestAborted.Register(aborted.SetResult);
            await Forever(context.RequestAborted);
        });

        var call = peer.Client().StreamingOutputCall(new StreamingOutputCallRequest());
        (await call.ResponseStream.MoveNext(default)).ShouldBeTrue();
        var reading = call.ResponseStream.MoveNext(default);
        call.Dispose();

        (await Should.ThrowAsync<RpcException>(() => reading)).StatusCode.ShouldBe(StatusCode.Cancelled);
        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData(MethodType.Unary)]
    [InlineData(MethodType.ClientStreaming)]
    [InlineData(MethodType.ServerStreaming)]
    [InlineData(MethodType.DuplexStreaming)]
    public async Task A_cancelled_token_cancels_the_call(MethodType kind)
    {
        await using var peer = await Peer.StartAsync(context => Forever(context.RequestAborted));
        using var cancelling = new CancellationTokenSource();
        var client = peer.Client();
        var running = kind switch
        {
            MethodType.Unary => client.UnaryCallAsync(new SimpleRequest(), cancellationToken: cancelling.Token).ResponseAsync,
            MethodType.ClientStreaming => client.StreamingInputCall(cancellationToken: cancelling.Token).ResponseAsync,
            MethodType.ServerStreaming => client.StreamingOutputCall(new StreamingOutputCallRequest(), cancellationToken: cancelling.Token).ResponseStream.MoveNext(default),
            _ => (Task)client.FullDuplexCall(cancellationToken: cancelling.Token).ResponseStream.MoveNext(default),
        };
        await cancelling.CancelAsync();

        (await Should.ThrowAsync<RpcException>(() => running)).StatusCode.ShouldBe(StatusCode.Cancelled);
    }

    [Fact]
    public async Task A_call_with_a_cancelled_token_is_not_sent()
    {
        var requests = 0;
        await using var peer = await Peer.StartAsync(context =>
        {
            Interlocked.Increment(ref requests);
            return context.AnswerAsync();
        });

        using var call = peer.Client().UnaryCallAsync(new SimpleRequest(), cancellationToken: new CancellationToken(canceled: true));

        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.Cancelled);
        requests.ShouldBe(0);
    }

    [Fact]
    public async Task A_channel_may_ask_for_OperationCanceledException()
    {
        await using var peer = await Peer.StartAsync(context => Forever(context.RequestAborted));
        using var cancelling = new CancellationTokenSource();
        var client = peer.Client(new GrpcChannelOptions { ThrowOperationCanceledOnCancellation = true });
        using var call = client.UnaryCallAsync(new SimpleRequest(), cancellationToken: cancelling.Token);
        await cancelling.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => call.ResponseAsync);
    }

    [Fact]
    public async Task Disposing_the_channel_cancels_its_calls_and_refuses_new_ones()
    {
        await using var peer = await Peer.StartAsync(context => Forever(context.RequestAborted));
        var channel = peer.Channel();
        var client = new TestService.TestServiceClient(channel);
        using var call = client.UnaryCallAsync(new SimpleRequest());
        channel.Dispose();

        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.Cancelled);
        Should.Throw<ObjectDisposedException>(() => client.UnaryCallAsync(new SimpleRequest()));
    }

    [Fact]
    public async Task Only_one_read_and_one_write_run_at_a_time()
    {
        await using var peer = await Peer.StartAsync(context => Forever(context.RequestAborted));
        using var call = peer.Client().FullDuplexCall();
        var reading = call.ResponseStream.MoveNext(default);
        await Should.ThrowAsync<InvalidOperationException>(() => call.ResponseStream.MoveNext(default));

        // The server never reads, so flow control holds this write back.
        var writing = call.RequestStream.WriteAsync(new StreamingOutputCallRequest { Payload = Payloads.Of(3_000_000) });
        await Should.ThrowAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(Payloads.Asking(1)));
        await Should.ThrowAsync<InvalidOperationException>(() => call.RequestStream.CompleteAsync());

        call.Dispose();
        await Should.ThrowAsync<RpcException>(() => reading);
        (await Should.ThrowAsync<RpcException>(() => writing)).StatusCode.ShouldBe(StatusCode.Cancelled);
    }

    [Fact]
    public async Task Nothing_is_written_after_completion_or_after_the_end()
    {
        await using var peer = await Peer.StartAsync(EchoSizes);
        using var call = peer.Client().FullDuplexCall();
        await call.RequestStream.CompleteAsync();
        await Should.ThrowAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(Payloads.Asking(1)));
        (await call.ResponseStream.MoveNext(default)).ShouldBeFalse();
    }

    [Fact]
    public async Task Writing_to_a_call_that_the_server_ended_fails_with_its_status()
    {
        await using var peer = await Peer.StartAsync(context => context.Response.TrailersOnly(7, "go away"));
        using var call = peer.Client().FullDuplexCall();
        (await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext(default))).StatusCode.ShouldBe(StatusCode.PermissionDenied);

        var failure = await Should.ThrowAsync<RpcException>(() => call.RequestStream.WriteAsync(Payloads.Asking(1)));

        failure.StatusCode.ShouldBe(StatusCode.PermissionDenied);
    }

    [Fact]
    public async Task A_thousand_calls_at_once_each_get_their_own_answer()
    {
        await using var peer = await Peer.StartAsync(async context =>
            await context.AnswerAsync($"{(await context.Request.ReadAsync<SimpleRequest>()).ResponseSize}"));
        var client = peer.Client();

        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(async n => (await client.UnaryCallAsync(new SimpleRequest { ResponseSize = n })).Username));

        answers.ShouldBe(Enumerable.Range(0, 1000).Select(n => $"{n}"));
    }

    private static async Task EchoSizes(HttpContext context)
    {
        context.Response.Grpc();
        await context.Response.StartAsync();
        while (await context.Request.ReadFrameAsync() is { } frame)
        {
            var request = StreamingOutputCallRequest.Parser.ParseFrom(frame.Payload);
            await context.Response.SendAsync(new StreamingOutputCallResponse { Payload = Payloads.Of(request.ResponseParameters[0].Size) });
        }

        context.Response.EndWith(0);
    }

    private static async Task Forever(CancellationToken aborted)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, aborted);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
