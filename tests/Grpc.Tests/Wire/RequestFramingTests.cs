using Google.Protobuf;
using Grpc.Core;
using Grpc.Testing;
using Platform.Grpc.Tests.Server;

namespace Platform.Grpc.Tests.Wire;

public sealed class RequestFramingTests
{
    private static readonly byte[] Request = Message.Of(new SimpleRequest { ResponseSize = 3 });

    public static TheoryData<string, byte[][], StatusCode, string> MalformedUnaryBodies => new()
    {
        { "no message", [[]], StatusCode.Internal, "Incomplete message." },
        { "half a prefix", [[0, 0, 0]], StatusCode.Internal, "Incomplete message." },
        { "a prefix without its message", [Message.Prefix(7)], StatusCode.Internal, "Incomplete message." },
        { "half a message", [Request[..^1]], StatusCode.Internal, "Incomplete message." },
        { "two messages in a frame", [[.. Request, .. Request]], StatusCode.Internal, "Additional data after the message received." },
        { "a second message later", [Request, Request], StatusCode.Internal, "Additional data after the message received." },
        { "a stray byte", [Request, [0]], StatusCode.Internal, "Additional data after the message received." },
        { "an unknown flag", [Message.Prefix(0, flag: 2)], StatusCode.Internal, "Unexpected compressed flag value in message header." },
        { "compressed without an encoding", [Message.Prefix(0, flag: 1)], StatusCode.Internal, "Request did not include grpc-encoding value with compressed message." },
        { "a length of 4 GiB", [Message.Prefix(-1)], StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size." },
        { "one byte too long", [Message.Prefix(4 * 1024 * 1024 + 1)], StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size." },
        { "not a protobuf message", [Message.Of([0xFF, 0xFF, 0xFF])], StatusCode.Internal, "The request message could not be parsed." },
    };

    [Theory]
    [MemberData(nameof(MalformedUnaryBodies))]
    public async Task A_malformed_unary_request_is_refused_and_the_connection_goes_on(string what, byte[][] frames, StatusCode code, string detail)
    {
        await using var server = await GrpcServer.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);

        var response = await client.CallAsync(Message.UnaryPath, frames);

        response.HttpStatus.ShouldBe("200", what);
        response.GrpcStatus.ShouldBe($"{(int)code}");
        response.GrpcMessage.ShouldBe(detail);
        response.IsTrailersOnly.ShouldBeTrue();
        (await client.CallAsync(Message.UnaryPath, [Request])).GrpcStatus.ShouldBe("0");
    }

    [Fact]
    public async Task A_request_without_a_body_is_incomplete()
    {
        await using var server = await GrpcServer.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);

        (await client.CallAsync(Message.UnaryPath, [])).GrpcMessage.ShouldBe("Incomplete message.");
    }

    [Fact]
    public async Task A_size_that_is_too_large_is_refused_before_any_of_the_message_arrives()
    {
        await using var server = await GrpcServer.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);
        var stream = await client.BeginAsync(Message.UnaryPath);

        await client.DataAsync(stream, Message.Prefix(int.MaxValue));

        (await client.ReadResponseAsync(stream)).GrpcStatus.ShouldBe($"{(int)StatusCode.ResourceExhausted}");
    }

    [Fact]
    public async Task A_unary_call_waits_for_the_end_of_the_request()
    {
        await using var server = await GrpcServer.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);
        var half = await client.BeginAsync(Message.UnaryPath);
        await client.DataAsync(half, Request);

        // The same connection serves a whole call meanwhile, so the first one has been seen and is waiting.
        (await client.CallAsync(Message.UnaryPath, [Request])).GrpcStatus.ShouldBe("0");
        await client.DataAsync(half, [], endStream: true);

        (await client.ReadResponseAsync(half)).GrpcStatus.ShouldBe("0");
    }

    [Fact]
    public async Task A_message_may_come_a_byte_at_a_time()
    {
        await using var server = await GrpcServer.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);
        var message = Message.Of(new SimpleRequest { ResponseSize = 3, Payload = new Payload { Body = ByteString.CopyFromUtf8("split") } });

        var response = await client.CallAsync(Message.UnaryPath, [.. message.Select(b => new[] { b })]);

        response.GrpcStatus.ShouldBe("0");
        SimpleResponse.Parser.ParseFrom(response.Messages().ShouldHaveSingleItem().Payload).Payload.Body.Length.ShouldBe(3);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Messages_of_a_stream_need_not_align_with_frames(int frameLength)
    {
        await using var server = await GrpcServer.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);
        int[] sizes = [5, 0, 300, 1, 42];
        byte[] body = [.. sizes.SelectMany(size => Message.Of(Input(size)))];

        var response = await client.CallAsync(Message.InputPath, [.. body.Chunk(frameLength)]);

        response.GrpcStatus.ShouldBe("0");
        StreamingInputCallResponse.Parser.ParseFrom(response.Messages().ShouldHaveSingleItem().Payload).AggregatedPayloadSize.ShouldBe(sizes.Sum());
    }

    [Fact]
    public async Task A_stream_that_ends_within_a_message_is_an_error()
    {
        await using var server = await GrpcServer.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);

        var response = await client.CallAsync(Message.InputPath, [Message.Of(Input(5)), Message.Of(Input(5))[..^2]]);

        response.GrpcStatus.ShouldBe($"{(int)StatusCode.Internal}");
        response.GrpcMessage.ShouldBe("Incomplete message.");
    }

    [Fact]
    public async Task An_error_in_the_middle_of_a_stream_comes_in_the_trailers_after_the_responses_so_far()
    {
        await using var server = await GrpcServer.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);
        var good = Message.Of(new StreamingOutputCallRequest { ResponseParameters = { new ResponseParameters { Size = 2 } } });

        var response = await client.CallAsync(Message.DuplexPath, [good, Message.Prefix(0, flag: 9)]);

        response.Messages().Count.ShouldBe(1);
        response.Trailer("grpc-status").ShouldBe($"{(int)StatusCode.Internal}");
    }

    [Fact]
    public async Task A_larger_limit_can_be_set_and_is_exact()
    {
        await using var server = await GrpcServer.StartAsync(options => options.MaxReceiveMessageSize = 64);
        using var client = await RawHttp2Client.ConnectAsync(server.Port);

        (await client.CallAsync(Message.InputPath, [Message.Of(Sized(64))])).GrpcStatus.ShouldBe("0");
        (await client.CallAsync(Message.InputPath, [Message.Of(Sized(65))])).GrpcStatus.ShouldBe($"{(int)StatusCode.ResourceExhausted}");
    }

    [Fact]
    public async Task A_response_larger_than_the_server_sends_is_an_error_instead_of_half_a_message()
    {
        await using var server = await GrpcServer.StartAsync(options => options.MaxSendMessageSize = 64);
        using var client = await RawHttp2Client.ConnectAsync(server.Port);

        var response = await client.CallAsync(Message.UnaryPath, [Message.Of(new SimpleRequest { ResponseSize = 65 })]);

        response.IsTrailersOnly.ShouldBeTrue();
        response.GrpcStatus.ShouldBe($"{(int)StatusCode.ResourceExhausted}");
        response.GrpcMessage.ShouldBe("Sending message exceeds the maximum configured message size.");
    }

    private static StreamingInputCallRequest Input(int size) => new() { Payload = new Payload { Body = ByteString.CopyFrom(new byte[size]) } };

    /// <summary>A request whose encoding has the number of bytes.</summary>
    private static StreamingInputCallRequest Sized(int size)
    {
        var message = Input(size - 4);
        message.CalculateSize().ShouldBe(size);
        return message;
    }
}
