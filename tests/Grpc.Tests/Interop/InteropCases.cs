using Grpc.Core;
using Grpc.Testing;
using Platform.Grpc.Tests.Client;

namespace Platform.Grpc.Tests.Interop;

/// <summary>The interop cases (grpc/grpc, doc/interop-test-descriptions.md) with this runtime as the client.</summary>
public static class InteropCases
{
    private static readonly string[] EchoNames = ["x-grpc-test-echo-initial", "x-grpc-test-echo-trailing-bin"];

    /// <summary>All cases by name.</summary>
    public static IReadOnlyDictionary<string, Func<ChannelBase, Task>> All { get; } = new Dictionary<string, Func<ChannelBase, Task>>(StringComparer.Ordinal)
    {
        ["empty_unary"] = EmptyUnary,
        ["large_unary"] = LargeUnary,
        ["client_streaming"] = ClientStreaming,
        ["server_streaming"] = ServerStreaming,
        ["ping_pong"] = PingPong,
        ["empty_stream"] = EmptyStream,
        ["cancel_after_begin"] = CancelAfterBegin,
        ["cancel_after_first_response"] = CancelAfterFirstResponse,
        ["timeout_on_sleeping_server"] = TimeoutOnSleepingServer,
        ["custom_metadata"] = CustomMetadata,
        ["status_code_and_message"] = StatusCodeAndMessage,
        ["special_status_message"] = SpecialStatusMessage,
        ["unimplemented_service"] = UnimplementedServiceCase,
        ["unimplemented_method"] = UnimplementedMethod,
        ["client_compressed_unary"] = ClientCompressedUnary,
        ["server_compressed_unary"] = ServerCompressedUnary,
        ["client_compressed_streaming"] = ClientCompressedStreaming,
        ["server_compressed_streaming"] = ServerCompressedStreaming,
    };

    private static CallOptions Soon => new(deadline: DateTime.UtcNow.AddSeconds(30));

    private static CallOptions Gzip => Soon.WithHeaders(new Metadata { { "grpc-internal-encoding-request", "gzip" } });

    private static async Task EmptyUnary(ChannelBase channel) =>
        (await Client(channel).EmptyCallAsync(new Empty(), Soon)).ShouldBe(new Empty());

    private static async Task LargeUnary(ChannelBase channel) =>
        (await Client(channel).UnaryCallAsync(Large(), Soon)).Payload.Body.Length.ShouldBe(314159);

    private static async Task ClientStreaming(ChannelBase channel)
    {
        using var call = Client(channel).StreamingInputCall(Soon);
        foreach (var size in new[] { 27182, 8, 1828, 45904 })
        {
            await call.RequestStream.WriteAsync(new StreamingInputCallRequest { Payload = Payloads.Of(size) });
        }

        await call.RequestStream.CompleteAsync();
        (await call).AggregatedPayloadSize.ShouldBe(74922);
    }

    private static async Task ServerStreaming(ChannelBase channel)
    {
        using var call = Client(channel).StreamingOutputCall(Payloads.Asking(31415, 9, 2653, 58979), Soon);
        (await SizesAsync(call.ResponseStream)).ShouldBe([31415, 9, 2653, 58979]);
    }

    private static async Task PingPong(ChannelBase channel)
    {
        using var call = Client(channel).FullDuplexCall(Soon);
        foreach (var (request, response) in new[] { (27182, 31415), (8, 9), (1828, 2653), (45904, 58979) })
        {
            await call.RequestStream.WriteAsync(AskingWith(request, response));
            (await call.ResponseStream.MoveNext(default)).ShouldBeTrue();
            call.ResponseStream.Current.Payload.Body.Length.ShouldBe(response);
        }

        await call.RequestStream.CompleteAsync();
        (await call.ResponseStream.MoveNext(default)).ShouldBeFalse();
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
    }

    private static async Task EmptyStream(ChannelBase channel)
    {
        using var call = Client(channel).FullDuplexCall(Soon);
        await call.RequestStream.CompleteAsync();
        (await SizesAsync(call.ResponseStream)).ShouldBeEmpty();
    }

    private static async Task CancelAfterBegin(ChannelBase channel)
    {
        using var cancelling = new CancellationTokenSource();
        using var call = Client(channel).StreamingInputCall(Soon.WithCancellationToken(cancelling.Token));
        await cancelling.CancelAsync();
        (await FailureOf(call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.Cancelled);
        call.GetStatus().StatusCode.ShouldBe(StatusCode.Cancelled);
    }

    private static async Task CancelAfterFirstResponse(ChannelBase channel)
    {
        using var cancelling = new CancellationTokenSource();
        using var call = Client(channel).FullDuplexCall(Soon.WithCancellationToken(cancelling.Token));
        await call.RequestStream.WriteAsync(AskingWith(27182, 31415));
        (await call.ResponseStream.MoveNext(default)).ShouldBeTrue();
        call.ResponseStream.Current.Payload.Body.Length.ShouldBe(31415);
        await cancelling.CancelAsync();
        (await FailureOf(call.ResponseStream.MoveNext(default))).StatusCode.ShouldBe(StatusCode.Cancelled);
    }

    private static async Task TimeoutOnSleepingServer(ChannelBase channel)
    {
        using var call = Client(channel).FullDuplexCall(deadline: DateTime.UtcNow.AddMilliseconds(1));
        try
        {
            await call.RequestStream.WriteAsync(new StreamingOutputCallRequest { Payload = Payloads.Of(27182) });
        }
        catch (RpcException exception)
        {
            // The deadline may come before the message is out.
            exception.StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        }

        (await FailureOf(call.ResponseStream.MoveNext(default))).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
    }

    private static async Task CustomMetadata(ChannelBase channel)
    {
        var headers = new Metadata { { EchoNames[0], "test_initial_metadata_value" }, { EchoNames[1], [0xab, 0xab, 0xab] } };
        void AssertEchoed(Metadata leading, Metadata trailing)
        {
            leading.GetValue(EchoNames[0]).ShouldBe("test_initial_metadata_value");
            trailing.GetValueBytes(EchoNames[1]).ShouldBe([0xab, 0xab, 0xab]);
        }

        using var unary = Client(channel).UnaryCallAsync(Large(), Soon.WithHeaders(headers));
        await unary;
        AssertEchoed(await unary.ResponseHeadersAsync, unary.GetTrailers());

        using var duplex = Client(channel).FullDuplexCall(Soon.WithHeaders(headers));
        await duplex.RequestStream.WriteAsync(AskingWith(271828, 314159));
        await duplex.RequestStream.CompleteAsync();
        (await SizesAsync(duplex.ResponseStream)).ShouldBe([314159]);
        AssertEchoed(await duplex.ResponseHeadersAsync, duplex.GetTrailers());
    }

    private static async Task StatusCodeAndMessage(ChannelBase channel)
    {
        var asked = new EchoStatus { Code = 2, Message = "test status message" };
        var expected = new Status(StatusCode.Unknown, "test status message");
        (await FailureOf(Client(channel).UnaryCallAsync(new SimpleRequest { ResponseStatus = asked }, Soon).ResponseAsync)).Status.ShouldBe(expected);

        using var duplex = Client(channel).FullDuplexCall(Soon);
        await duplex.RequestStream.WriteAsync(new StreamingOutputCallRequest { ResponseStatus = asked });
        await duplex.RequestStream.CompleteAsync();
        (await FailureOf(duplex.ResponseStream.MoveNext(default))).Status.ShouldBe(expected);
    }

    private static async Task SpecialStatusMessage(ChannelBase channel)
    {
        const string Message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
        var asked = new EchoStatus { Code = 2, Message = Message };
        (await FailureOf(Client(channel).UnaryCallAsync(new SimpleRequest { ResponseStatus = asked }, Soon).ResponseAsync))
            .Status.ShouldBe(new Status(StatusCode.Unknown, Message));
    }

    private static async Task UnimplementedServiceCase(ChannelBase channel) =>
        (await FailureOf(new UnimplementedService.UnimplementedServiceClient(channel).UnimplementedCallAsync(new Empty(), Soon).ResponseAsync))
            .StatusCode.ShouldBe(StatusCode.Unimplemented);

    private static async Task UnimplementedMethod(ChannelBase channel) =>
        (await FailureOf(Client(channel).UnimplementedCallAsync(new Empty(), Soon).ResponseAsync)).StatusCode.ShouldBe(StatusCode.Unimplemented);

    private static async Task ClientCompressedUnary(ChannelBase channel)
    {
        var client = Client(channel);
        var probe = Large();
        probe.ExpectCompressed = new BoolValue { Value = true };
        (await FailureOf(client.UnaryCallAsync(probe, Soon).ResponseAsync)).StatusCode.ShouldBe(StatusCode.InvalidArgument);

        foreach (var compressed in new[] { true, false })
        {
            var request = Large();
            request.ExpectCompressed = new BoolValue { Value = compressed };
            (await client.UnaryCallAsync(request, compressed ? Gzip : Soon)).Payload.Body.Length.ShouldBe(314159);
        }
    }

    private static async Task ServerCompressedUnary(ChannelBase channel)
    {
        foreach (var compressed in new[] { true, false })
        {
            var request = Large();
            request.ResponseCompressed = new BoolValue { Value = compressed };
            (await Client(channel).UnaryCallAsync(request, Soon)).Payload.Body.Length.ShouldBe(314159);
        }
    }

    private static async Task ClientCompressedStreaming(ChannelBase channel)
    {
        var first = new StreamingInputCallRequest { ExpectCompressed = new BoolValue { Value = true }, Payload = Payloads.Of(27182) };
        using var probe = Client(channel).StreamingInputCall(Soon);
        try
        {
            await probe.RequestStream.WriteAsync(first);
            await probe.RequestStream.CompleteAsync();
        }
        catch (RpcException exception)
        {
            exception.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        }

        (await FailureOf(probe.ResponseAsync)).StatusCode.ShouldBe(StatusCode.InvalidArgument);

        using var call = Client(channel).StreamingInputCall(Gzip);
        await call.RequestStream.WriteAsync(first);
        call.RequestStream.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
        await call.RequestStream.WriteAsync(new StreamingInputCallRequest { ExpectCompressed = new BoolValue(), Payload = Payloads.Of(45904) });
        await call.RequestStream.CompleteAsync();
        (await call).AggregatedPayloadSize.ShouldBe(73086);
    }

    private static async Task ServerCompressedStreaming(ChannelBase channel)
    {
        var request = Payloads.Asking(31415, 92653);
        request.ResponseParameters[0].Compressed = new BoolValue { Value = true };
        request.ResponseParameters[1].Compressed = new BoolValue();
        using var call = Client(channel).StreamingOutputCall(request, Soon);
        (await SizesAsync(call.ResponseStream)).ShouldBe([31415, 92653]);
    }

    private static TestService.TestServiceClient Client(ChannelBase channel) => new(channel);

    private static SimpleRequest Large() => new() { ResponseSize = 314159, Payload = Payloads.Of(271828) };

    private static StreamingOutputCallRequest AskingWith(int requestSize, int responseSize)
    {
        var request = Payloads.Asking(responseSize);
        request.Payload = Payloads.Of(requestSize);
        return request;
    }

    private static async Task<int[]> SizesAsync(IAsyncStreamReader<StreamingOutputCallResponse> responses) =>
        await responses.ReadAllAsync().Select(response => response.Payload.Body.Length).ToArrayAsync();

    private static Task<RpcException> FailureOf(Task call) => Should.ThrowAsync<RpcException>(() => call);
}
