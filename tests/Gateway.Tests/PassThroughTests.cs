using Google.Protobuf;
using Grpc.Core;
using Platform.Gateway.Tests.Probing;
using Platform.Gateway.Tests.Support;
using Platform.Shared.Errors;

namespace Platform.Gateway.Tests;

/// <summary>What a caller and a service say to each other passes the gateway unchanged.</summary>
public sealed class PassThroughTests : GatewayTest
{
    [Fact]
    public async Task Metadata_and_trailers_pass_in_both_directions()
    {
        byte[] bytes = [0, 255, 10, 13];
        Script.Echo = async (ping, context) =>
        {
            await context.WriteResponseHeadersAsync(new Metadata { { "site-count", "2" }, { "seal-bin", bytes } });
            context.ResponseTrailers.Add("took", "a while");
            context.ResponseTrailers.Add("sum-bin", bytes);
            return ping;
        };
        var headers = Caller;
        headers.Add("x-reason", "audit");
        headers.Add("x-reason", "review");
        headers.Add("x-seal-bin", bytes);
        using var call = Probe.EchoAsync(new Ping { Number = 3 }, headers);
        (await call).Number.ShouldBe(3);
        var answered = await call.ResponseHeadersAsync;
        answered.GetValue("site-count").ShouldBe("2");
        answered.GetValueBytes("seal-bin").ShouldBe(bytes);
        call.GetTrailers().GetValue("took").ShouldBe("a while");
        call.GetTrailers().GetValueBytes("sum-bin").ShouldBe(bytes);

        var arrival = Backend.Arrivals.ShouldHaveSingleItem();
        arrival.Path.ShouldBe("/platform.attendance.v1.ProbeService/Echo");
        arrival.Protocol.ShouldBe("HTTP/2");
        arrival.Headers.TE.ToString().ShouldBe("trailers");
        arrival.Headers.ContentType.ToString().ShouldBe("application/grpc");
        arrival.Headers["x-reason"].ToString().Split(',').Select(v => v.Trim()).ShouldBe(["audit", "review"]);
        Convert.FromBase64String(arrival.Headers["x-seal-bin"].ToString().PadRight(8, '=')).ShouldBe(bytes);
    }

    [Fact]
    public async Task A_refusal_of_the_service_passes_with_its_details()
    {
        var error = DomainError.Invalid([new("at", "must not be in the future"), new("episode_id", "is not a UUID")]);
        Script.Echo = (_, _) => throw error.ToRpcException();
        var refused = await Should.ThrowAsync<RpcException>(() => Probe.EchoAsync(new Ping(), Caller).ResponseAsync);
        refused.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        var passed = refused.ToDomainError().ShouldNotBeNull();
        passed.Code.ShouldBe(error.Code);
        passed.Message.ShouldBe(error.Message);
        passed.Fields.ShouldBe(error.Fields);
    }

    [Fact]
    public async Task A_status_after_messages_passes_with_its_details_in_the_trailers()
    {
        Script.Download = async (writer, _) =>
        {
            await writer.WriteAsync(new Billing.V1.DownloadClaimFileResponse { Chunk = ByteString.CopyFromUtf8("ISA") });
            throw DomainError.Precondition("FILE_WITHDRAWN", "The file was withdrawn – ask again.").ToRpcException();
        };
        using var call = new Billing.V1.ClaimService.ClaimServiceClient(Gateway.Channel)
            .DownloadClaimFile(new Billing.V1.DownloadClaimFileRequest(), Caller);
        (await call.ResponseStream.MoveNext(Cancellation)).ShouldBeTrue();
        var refused = await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext(Cancellation));
        refused.Status.Detail.ShouldBe("The file was withdrawn – ask again.");
        refused.ToDomainError()!.Code.ShouldBe("FILE_WITHDRAWN");
    }

    [Fact]
    public async Task The_deadline_of_the_caller_reaches_the_service()
    {
        DateTime deadline = default;
        Script.Echo = (ping, context) =>
        {
            deadline = context.Deadline;
            return Task.FromResult(ping);
        };
        var wanted = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(7);
        await Probe.EchoAsync(new Ping(), Caller, wanted);
        deadline.ShouldBe(wanted, TimeSpan.FromSeconds(30));
        Backend.Arrivals.ShouldHaveSingleItem().Headers["grpc-timeout"].ToString().ShouldNotBeEmpty();
        await Probe.EchoAsync(new Ping(), Caller);
        deadline.ShouldBe(DateTime.MaxValue);
    }

    [Fact]
    public async Task A_deadline_that_passes_ends_the_call_on_both_sides()
    {
        Script.Echo = async (ping, context) =>
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Script.Cancelled.TrySetResult();
            return ping;
        };
        var late = await Should.ThrowAsync<RpcException>(
            () => Probe.EchoAsync(new Ping(), Caller, TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(500)).ResponseAsync);
        late.StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        await Script.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
    }

    [Fact]
    public async Task A_call_that_the_caller_cancels_is_cancelled_at_the_service()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var call = Probe.Count(new Ping(), Caller, cancellationToken: stop.Token);
        (await call.ResponseStream.MoveNext(Cancellation)).ShouldBeTrue();
        await stop.CancelAsync();
        (await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext(Cancellation))).StatusCode.ShouldBe(StatusCode.Cancelled);
        await Script.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
    }

    [Fact]
    public async Task A_long_stream_of_answers_passes_whole_and_in_order()
    {
        var body = ByteString.CopyFrom(new byte[1_000]);
        using var call = Probe.Count(new Ping { Number = 20_000, Body = body }, Caller);
        var expected = 0;
        await foreach (var ping in call.ResponseStream.ReadAllAsync(Cancellation))
        {
            ping.Number.ShouldBe(expected++);
            ping.Body.Length.ShouldBe(body.Length);
        }

        expected.ShouldBe(20_000);
    }

    /// <summary>Larger than the 30 MB that Kestrel takes of an ordinary request.</summary>
    [Fact]
    public async Task A_stream_of_requests_may_be_larger_than_any_ordinary_request()
    {
        var body = ByteString.CopyFrom(new byte[512 * 1024]);
        using var call = Probe.Collect(Caller);
        for (var i = 0; i < 80; i++)
        {
            await call.RequestStream.WriteAsync(new Ping { Body = body }, Cancellation);
        }

        await call.RequestStream.CompleteAsync();
        var collected = await call;
        collected.Messages.ShouldBe(80);
        collected.Bytes.ShouldBe(80L * body.Length);
    }

    [Fact]
    public async Task Both_sides_talk_in_turns()
    {
        using var call = Probe.Chat(Caller);
        for (var i = 0; i < 50; i++)
        {
            await call.RequestStream.WriteAsync(new Ping { Number = i }, Cancellation);
            (await call.ResponseStream.MoveNext(Cancellation)).ShouldBeTrue();
            call.ResponseStream.Current.Number.ShouldBe(i);
        }

        await call.RequestStream.CompleteAsync();
        (await call.ResponseStream.MoveNext(Cancellation)).ShouldBeFalse();
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
    }
}
