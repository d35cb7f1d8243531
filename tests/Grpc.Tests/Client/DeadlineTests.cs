using Grpc.Core;
using Grpc.Testing;
using Microsoft.AspNetCore.Http;

namespace Platform.Grpc.Tests.Client;

/// <summary>Deadlines are kept by the client itself.</summary>
public class DeadlineTests
{
    [Fact]
    public async Task A_unary_call_ends_at_its_deadline_whatever_the_server_does()
    {
        await using var peer = await Peer.StartAsync(Silent);
        using var call = peer.Client().UnaryCallAsync(new SimpleRequest(), deadline: DateTime.UtcNow.AddMilliseconds(100));

        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        call.GetStatus().StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
    }

    [Fact]
    public async Task A_stream_ends_at_its_deadline_in_the_middle()
    {
        await using var peer = await Peer.StartAsync(async context =>
        {
            await context.Response.SendAsync(new StreamingOutputCallResponse());
            await Silent(context);
        });
        using var call = peer.Client().StreamingOutputCall(new StreamingOutputCallRequest(), deadline: DateTime.UtcNow.AddSeconds(2));
        (await call.ResponseStream.MoveNext(default)).ShouldBeTrue();

        (await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext(default))).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
    }

    [Fact]
    public async Task A_stream_that_nobody_reads_ends_at_its_deadline_too()
    {
        await using var peer = await Peer.StartAsync(Silent);
        using var call = peer.Client().FullDuplexCall(deadline: DateTime.UtcNow.AddMilliseconds(100));

        await Should.ThrowAsync<RpcException>(() => call.ResponseHeadersAsync);

        call.GetStatus().StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        (await Should.ThrowAsync<RpcException>(() => call.RequestStream.WriteAsync(Payloads.Asking(1)))).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
    }

    [Fact]
    public async Task A_call_whose_deadline_has_passed_is_not_sent()
    {
        var requests = 0;
        await using var peer = await Peer.StartAsync(context =>
        {
            Interlocked.Increment(ref requests);
            return context.AnswerAsync();
        });

        using var call = peer.Client().UnaryCallAsync(new SimpleRequest(), deadline: DateTime.UtcNow.AddSeconds(-1));

        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        requests.ShouldBe(0);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_after_its_deadline_ended_at_the_deadline()
    {
        await using var peer = await Peer.StartAsync(Silent);
        using var cancelling = new CancellationTokenSource();
        var deadline = DateTime.UtcNow.AddMilliseconds(100);
        using var call = peer.Client().UnaryCallAsync(new SimpleRequest(), deadline: deadline, cancellationToken: cancelling.Token);
        // Blocks this test's thread alone; the timer may or may not have noticed when the caller cancels.
        SpinWait.SpinUntil(() => DateTime.UtcNow > deadline);
        await cancelling.CancelAsync();

        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
    }

    [Fact]
    public async Task A_CANCELLED_before_the_deadline_stays_one()
    {
        await using var peer = await Peer.StartAsync(context => context.Response.TrailersOnly(1, "by the server"));
        using var call = peer.Client().UnaryCallAsync(new SimpleRequest(), deadline: DateTime.UtcNow.AddMinutes(1));

        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).Status.ShouldBe(new Status(StatusCode.Cancelled, "by the server"));
    }

    [Fact]
    public async Task A_deadline_beyond_what_a_timer_takes_is_far_away()
    {
        await using var peer = await Peer.StartAsync(context => context.AnswerAsync("well"));
        var client = peer.Client();

        (await client.UnaryCallAsync(new SimpleRequest(), deadline: DateTime.UtcNow.AddYears(1000))).Username.ShouldBe("well");
        (await client.UnaryCallAsync(new SimpleRequest(), deadline: DateTime.MaxValue)).Username.ShouldBe("well");
    }

    private static Task Silent(HttpContext context) =>
        Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
}
