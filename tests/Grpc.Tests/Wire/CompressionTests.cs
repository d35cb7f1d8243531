using Google.Protobuf;
using Grpc.Core;
using Grpc.Testing;
using Platform.Grpc.Tests.Server;

namespace Platform.Grpc.Tests.Wire;

public sealed class CompressionTests
{
    private static readonly byte[] Plain = new SimpleRequest { ResponseSize = 1000 }.ToByteArray();

    [Fact]
    public async Task A_compressed_request_is_read()
    {
        await using var server = await GrpcServer.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);

        var response = await client.CallAsync(Message.UnaryPath, [Message.Of(Message.Gzip(Plain), flag: 1)], ("grpc-encoding", "gzip"));

        response.GrpcStatus.ShouldBe("0");
        SimpleResponse.Parser.ParseFrom(response.Messages()[0].Payload).Payload.Body.Length.ShouldBe(1000);
    }

    [Fact]
    public async Task A_call_with_an_encoding_may_send_messages_that_are_not_compressed()
    {
        await using var server = await GrpcServer.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);

        (await client.CallAsync(Message.UnaryPath, [Message.Of(Plain)], ("grpc-encoding", "gzip"))).GrpcStatus.ShouldBe("0");
    }

    [Fact]
    public async Task An_unsupported_encoding_is_UNIMPLEMENTED_and_the_answer_lists_what_is_supported()
    {
        await using var server = await GrpcServer.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);

        var response = await client.CallAsync(Message.UnaryPath, [Message.Of(Plain)], ("grpc-encoding", "snappy"));

        response.IsTrailersOnly.ShouldBeTrue();
        response.GrpcStatus.ShouldBe($"{(int)StatusCode.Unimplemented}");
        response.Header("grpc-accept-encoding")!.Split(',').ShouldBe(["identity", "gzip", "deflate"], ignoreOrder: true);
    }

    [Fact]
    public async Task What_decompresses_to_more_than_the_limit_is_refused()
    {
        await using var server = await GrpcServer.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);
        var bomb = Message.Of(Message.Gzip(new byte[32 * 1024 * 1024]), flag: 1);
        bomb.Length.ShouldBeLessThan(512 * 1024);

        var response = await client.CallAsync(Message.UnaryPath, [.. bomb.Chunk(16_384)], ("grpc-encoding", "gzip"));

        response.GrpcStatus.ShouldBe($"{(int)StatusCode.ResourceExhausted}");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task What_does_not_decompress_is_INTERNAL(string encoding)
    {
        await using var server = await GrpcServer.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);

        var response = await client.CallAsync(Message.UnaryPath, [Message.Of([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], flag: 1)], ("grpc-encoding", encoding));

        response.GrpcStatus.ShouldBe($"{(int)StatusCode.Internal}");
    }

    [Fact]
    public async Task A_response_is_compressed_for_a_client_that_offers_to_read_it()
    {
        await using var server = await GrpcServer.StartAsync(options => options.ResponseCompressionAlgorithm = "gzip");
        using var client = await RawHttp2Client.ConnectAsync(server.Port);

        var response = await client.CallAsync(Message.UnaryPath, [Message.Of(Plain)], ("grpc-accept-encoding", "identity, deflate, gzip"));

        response.Header("grpc-encoding").ShouldBe("gzip");
        var (flag, payload) = response.Messages().ShouldHaveSingleItem();
        flag.ShouldBe((byte)1);
        SimpleResponse.Parser.ParseFrom(Message.Gunzip(payload)).Payload.Body.Length.ShouldBe(1000);
    }

    [Theory]
    [InlineData("")]
    [InlineData("identity,deflate")]
    [InlineData("gzipped")]
    public async Task A_response_is_not_compressed_for_a_client_that_did_not_offer_it(string offer)
    {
        await using var server = await GrpcServer.StartAsync(options => options.ResponseCompressionAlgorithm = "gzip");
        using var client = await RawHttp2Client.ConnectAsync(server.Port);

        var response = await client.CallAsync(Message.UnaryPath, [Message.Of(Plain)], ("grpc-accept-encoding", offer));

        response.Header("grpc-encoding").ShouldBeNull();
        response.Messages().ShouldHaveSingleItem().Flag.ShouldBe((byte)0);
    }

    [Fact]
    public async Task A_handler_can_leave_single_messages_uncompressed()
    {
        await using var server = await GrpcServer.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);
        var request = new StreamingOutputCallRequest
        {
            ResponseParameters =
            {
                new ResponseParameters { Size = 500, Compressed = new BoolValue { Value = true } },
                new ResponseParameters { Size = 500 },
                new ResponseParameters { Size = 500, Compressed = new BoolValue { Value = true } },
            },
        };

        var response = await client.CallAsync(Message.OutputPath, [Message.Of(request)], ("grpc-accept-encoding", "gzip"));

        response.Header("grpc-encoding").ShouldBe("gzip");
        response.Header("grpc-internal-encoding-request").ShouldBeNull();
        response.Messages().Select(message => message.Flag).ShouldBe([1, 0, 1]);
    }

    [Fact]
    public async Task An_encoding_without_a_provider_is_refused_at_start()
    {
        var start = () => GrpcServer.StartAsync(options => options.ResponseCompressionAlgorithm = "snappy");

        (await start.ShouldThrowAsync<InvalidOperationException>()).Message.ShouldContain("snappy");
    }
}
