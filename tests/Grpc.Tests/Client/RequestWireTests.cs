using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Testing;
using Microsoft.AspNetCore.Http;

namespace Platform.Grpc.Tests.Client;

/// <summary>What a request looks like on the wire.</summary>
public class RequestWireTests
{
    [Fact]
    public async Task A_request_is_an_HTTP2_POST_with_the_protocols_headers()
    {
        var (request, _) = await CaptureAsync(default);

        request.Protocol.ShouldBe("HTTP/2");
        request.Method.ShouldBe("POST");
        request.Path.ShouldBe("/grpc.testing.TestService/UnaryCall");
        request.Headers["te"].ShouldBe("trailers");
        request.Headers["content-type"].ShouldBe("application/grpc");
        request.Headers["user-agent"].ShouldStartWith("grpc-dotnet");
        request.Headers["grpc-accept-encoding"].Split(',').ShouldBe(["identity", "gzip", "deflate"], ignoreOrder: true);
        request.Headers.ShouldNotContainKey("grpc-timeout");
        request.Headers.ShouldNotContainKey("grpc-encoding");
        request.Headers.ShouldNotContainKey("grpc-previous-rpc-attempts");
    }

    [Theory]
    [InlineData(0.25)]
    [InlineData(30)]
    [InlineData(86_400 * 3)]
    public async Task The_time_left_is_sent_in_at_most_eight_digits(double seconds)
    {
        var (request, _) = await CaptureAsync(new CallOptions(deadline: DateTime.UtcNow.AddSeconds(seconds)));

        var header = request.Headers["grpc-timeout"];
        header.Length.ShouldBeLessThanOrEqualTo(9);
        var unit = header[^1] switch { 'n' => 1e-9, 'u' => 1e-6, 'm' => 1e-3, 'S' => 1, 'M' => 60, 'H' => 3600, _ => double.NaN };
        var sent = int.Parse(header[..^1]) * unit;
        sent.ShouldBeGreaterThan(0);
        sent.ShouldBeLessThanOrEqualTo(Math.Max(seconds * 1.001, seconds + 0.001));
    }

    [Fact]
    public async Task Text_and_binary_metadata_are_sent()
    {
        var headers = new Metadata { { "x-name", "Ada" }, { "x-name", "Eve" }, { "x-raw-bin", [0xab, 0xcd, 0xef, 0x01] } };

        var (request, _) = await CaptureAsync(new CallOptions(headers));

        request.Headers["x-name"].Split(',', StringSplitOptions.TrimEntries).ShouldBe(["Ada", "Eve"]);
        request.Headers["x-raw-bin"].ShouldBe("q83vAQ", "base64 without padding");
    }

    [Fact]
    public async Task An_empty_message_is_a_prefix_of_five_zero_bytes()
    {
        var (_, body) = await CaptureAsync(default, new SimpleRequest());
        body.ShouldBe(new byte[5]);
    }

    [Fact]
    public async Task A_message_is_sent_with_its_length_in_big_endian()
    {
        var (_, body) = await CaptureAsync(default, new SimpleRequest { Payload = Payloads.Of(70_000) });

        var length = body.Length - 5;
        body[..5].ShouldBe([0, 0, (byte)(length >> 16), (byte)(length >> 8), (byte)length]);
        SimpleRequest.Parser.ParseFrom(body, 5, length).Payload.Body.Length.ShouldBe(70_000);
    }

    [Fact]
    public async Task Received_binary_metadata_may_be_padded_unpadded_or_joined()
    {
        await using var peer = await Peer.StartAsync(async context =>
        {
            context.Response.Headers["x-padded-bin"] = "q80=";
            context.Response.Headers["x-bare-bin"] = "q80";
            context.Response.Headers["x-joined-bin"] = "AQ==,Ag";
            await context.AnswerAsync();
        });

        using var call = peer.Client().UnaryCallAsync(new SimpleRequest());
        var headers = await call.ResponseHeadersAsync;

        headers.GetValueBytes("x-padded-bin").ShouldBe([0xab, 0xcd]);
        headers.GetValueBytes("x-bare-bin").ShouldBe([0xab, 0xcd]);
        headers.GetAll("x-joined-bin").Select(entry => entry.ValueBytes[0]).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task A_message_over_the_limit_is_not_sent()
    {
        var requests = 0;
        await using var peer = await Peer.StartAsync(context =>
        {
            Interlocked.Increment(ref requests);
            return context.AnswerAsync();
        });
        var client = peer.Client(new GrpcChannelOptions { MaxSendMessageSize = 1000 });

        var failure = await Should.ThrowAsync<RpcException>(async () => await client.UnaryCallAsync(new SimpleRequest { Payload = Payloads.Of(1000) }));

        failure.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        requests.ShouldBe(0);
        (await client.UnaryCallAsync(new SimpleRequest { Payload = Payloads.Of(900) })).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task A_request_is_compressed_when_asked_for_and_the_asking_stays_here(string encoding)
    {
        var (request, body) = await CaptureAsync(
            new CallOptions(new Metadata { { "grpc-internal-encoding-request", encoding } }), new SimpleRequest { Payload = Payloads.Of(50_000) });

        request.Headers["grpc-encoding"].ShouldBe(encoding);
        request.Headers.ShouldNotContainKey("grpc-internal-encoding-request");
        body[0].ShouldBe((byte)1);
        body.Length.ShouldBeLessThan(1000);
    }

    [Fact]
    public async Task A_write_may_opt_out_of_compression()
    {
        var options = new CallOptions(new Metadata { { "grpc-internal-encoding-request", "gzip" } }, writeOptions: new WriteOptions(WriteFlags.NoCompress));

        var (request, body) = await CaptureAsync(options, new SimpleRequest { Payload = Payloads.Of(50_000) });

        request.Headers["grpc-encoding"].ShouldBe("gzip");
        body[0].ShouldBe((byte)0);
        body.Length.ShouldBeGreaterThan(50_000);
    }

    [Fact]
    public async Task A_deadline_that_is_not_in_UTC_is_refused()
    {
        await using var peer = await Peer.StartAsync(context => context.AnswerAsync());
        var client = peer.Client();
        Should.Throw<InvalidOperationException>(() => client.UnaryCallAsync(new SimpleRequest(), deadline: DateTime.Now.AddMinutes(1)));
    }

    private sealed record Seen(string Protocol, string Method, string Path, Dictionary<string, string> Headers);

    private static async Task<(Seen Request, byte[] Body)> CaptureAsync(CallOptions options, SimpleRequest? message = null)
    {
        Seen? seen = null;
        using var body = new MemoryStream();
        await using var peer = await Peer.StartAsync(async context =>
        {
            var request = context.Request;
            seen = new Seen(
                request.Protocol, request.Method, request.Path.Value!,
                request.Headers.ToDictionary(field => field.Key.ToLowerInvariant(), field => field.Value.ToString()));
            await request.Body.CopyToAsync(body);
            await context.AnswerAsync();
        });
        await peer.Client().UnaryCallAsync(message ?? new SimpleRequest(), options);
        return (seen!, body.ToArray());
    }
}
