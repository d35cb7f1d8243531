using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Testing;
using Microsoft.AspNetCore.Http;

namespace Platform.Grpc.Tests.Client;

/// <summary>What the client makes of responses, well-formed and not.</summary>
public class ResponseWireTests
{
    [Theory]
    [InlineData(400, StatusCode.Internal)]
    [InlineData(401, StatusCode.Unauthenticated)]
    [InlineData(403, StatusCode.PermissionDenied)]
    [InlineData(404, StatusCode.Unimplemented)]
    [InlineData(418, StatusCode.Unknown)]
    [InlineData(429, StatusCode.Unavailable)]
    [InlineData(431, StatusCode.Internal)]
    [InlineData(500, StatusCode.Unknown)]
    [InlineData(502, StatusCode.Unavailable)]
    [InlineData(503, StatusCode.Unavailable)]
    [InlineData(504, StatusCode.Unavailable)]
    public async Task Without_a_grpc_status_the_HTTP_status_decides(int http, StatusCode expected)
    {
        var failure = await FailureOf(context =>
        {
            context.Response.StatusCode = http;
            return Task.CompletedTask;
        });
        failure.StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task A_grpc_status_in_the_headers_goes_before_the_HTTP_status()
    {
        var failure = await FailureOf(context =>
        {
            context.Response.StatusCode = 503;
            return context.Response.TrailersOnly(5);
        });
        failure.StatusCode.ShouldBe(StatusCode.NotFound);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("100%25 %C3%BC", "100% ü")]
    [InlineData("%09tab%0Aline", "\ttab\nline")]
    [InlineData("%E2%98%BA %F0%9F%98%88", "☺ 😈")]
    [InlineData("50% off", "50% off")]
    [InlineData("%zz%4", "%zz%4")]
    [InlineData("end%", "end%")]
    public async Task A_grpc_message_is_percent_decoded_and_decoding_never_fails(string encoded, string text)
    {
        var failure = await FailureOf(context => context.Response.TrailersOnly(3, encoded));
        failure.Status.ShouldBe(new Status(StatusCode.InvalidArgument, text));
    }

    [Fact]
    public async Task Bytes_in_a_grpc_message_that_are_no_text_lose_nothing_else()
    {
        var failure = await FailureOf(context => context.Response.TrailersOnly(3, "a%FFb"));
        failure.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        failure.Status.Detail.ShouldStartWith("a");
        failure.Status.Detail.ShouldEndWith("b");
    }

    // The mapping gives UNKNOWN; Grpc.Net.Client reports the two broken responses below as CANCELLED.
    [Fact]
    public async Task A_response_whose_trailers_lack_a_status_failed()
    {
        var failure = await FailureOf(context => context.Response.SendAsync(new SimpleResponse()));
        failure.StatusCode.ShouldBeOneOf(StatusCode.Unknown, StatusCode.Cancelled);
    }

    [Fact]
    public async Task A_response_that_is_not_gRPC_failed()
    {
        var failure = await FailureOf(context =>
        {
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("<p>hello");
        });
        failure.StatusCode.ShouldBeOneOf(StatusCode.Unknown, StatusCode.Cancelled);
    }

    [Theory]
    [InlineData("application/grpc+proto")]
    [InlineData("application/grpc; charset=utf-8")]
    public async Task A_content_type_may_say_more(string contentType)
    {
        await using var peer = await Peer.StartAsync(async context =>
        {
            context.Response.ContentType = contentType;
            await context.Response.Body.WriteAsync(Wire.Frame(new SimpleResponse { Username = "well" }));
            context.Response.EndWith(0);
        });
        (await peer.Client().UnaryCallAsync(new SimpleRequest())).Username.ShouldBe("well");
    }

    [Fact]
    public async Task A_unary_call_that_ends_well_without_a_response_is_INTERNAL()
    {
        (await FailureOf(context => context.Response.TrailersOnly(0))).StatusCode.ShouldBe(StatusCode.Internal);
        (await FailureOf(async context =>
        {
            await context.Response.Grpc().StartAsync();
            context.Response.EndWith(0);
        })).StatusCode.ShouldBe(StatusCode.Internal);
    }

    [Fact]
    public async Task A_stream_may_end_well_without_a_message()
    {
        await using var peer = await Peer.StartAsync(context => context.Response.TrailersOnly(0));
        using var call = peer.Client().StreamingOutputCall(new StreamingOutputCallRequest());
        (await call.ResponseStream.MoveNext(default)).ShouldBeFalse();
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
    }

    [Fact]
    public async Task A_unary_call_with_two_responses_is_INTERNAL() =>
        (await FailureOf(context => SendRaw(context, [.. Wire.Frame(new SimpleResponse()), .. Wire.Frame(new SimpleResponse())])))
            .StatusCode.ShouldBe(StatusCode.Internal);

    [Fact]
    public async Task A_prefix_cut_short_is_INTERNAL() =>
        (await FailureOf(context => SendRaw(context, [0, 0, 0]))).StatusCode.ShouldBe(StatusCode.Internal);

    [Fact]
    public async Task A_message_cut_short_is_INTERNAL() =>
        (await FailureOf(context => SendRaw(context, [0, 0, 0, 0, 9, 1, 2]))).StatusCode.ShouldBe(StatusCode.Internal);

    [Fact]
    public async Task A_flag_other_than_0_and_1_is_INTERNAL() =>
        (await FailureOf(context => SendRaw(context, [2, 0, 0, 0, 0]))).StatusCode.ShouldBe(StatusCode.Internal);

    [Fact]
    public async Task A_compressed_message_without_an_encoding_is_INTERNAL() =>
        (await FailureOf(context => SendRaw(context, Wire.Frame(new SimpleResponse(), gzip: true)))).StatusCode.ShouldBe(StatusCode.Internal);

    [Fact]
    public async Task Bytes_that_are_not_the_message_are_INTERNAL() =>
        (await FailureOf(context => SendRaw(context, Wire.Frame([0xff, 0xff, 0xff])))).StatusCode.ShouldBe(StatusCode.Internal);

    [Fact]
    public async Task An_announced_length_over_the_limit_is_RESOURCE_EXHAUSTED_before_the_message_arrives()
    {
        var failure = await FailureOf(async context =>
        {
            await SendRaw(context, [0, 0x7f, 0xff, 0xff, 0xff]);
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        failure.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task A_small_message_that_unpacks_over_the_limit_is_RESOURCE_EXHAUSTED()
    {
        var failure = await FailureOf(context =>
        {
            context.Response.Headers["grpc-encoding"] = "gzip";
            return SendRaw(context, Wire.Frame(new SimpleResponse { Payload = Payloads.Of(5_000_000) }, gzip: true));
        });
        failure.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task The_limit_on_what_is_taken_can_be_set_and_lifted()
    {
        await using var peer = await Peer.StartAsync(async context =>
        {
            await context.Response.SendAsync(new SimpleResponse { Payload = Payloads.Of(5_000_000) });
            context.Response.EndWith(0);
        });

        var failure = await Should.ThrowAsync<RpcException>(async () => await peer.Client().UnaryCallAsync(new SimpleRequest()));
        failure.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        var response = await peer.Client(new GrpcChannelOptions { MaxReceiveMessageSize = null }).UnaryCallAsync(new SimpleRequest());
        response.Payload.Body.Length.ShouldBe(5_000_000);
    }

    [Fact]
    public async Task Gzipped_and_plain_messages_may_alternate()
    {
        await using var peer = await Peer.StartAsync(async context =>
        {
            context.Response.Headers["grpc-encoding"] = "gzip";
            context.Response.Grpc();
            foreach (var gzip in new[] { true, false, true })
            {
                await context.Response.Body.WriteAsync(Wire.Frame(new StreamingOutputCallResponse { Payload = Payloads.Of(12_345) }, gzip));
            }

            context.Response.EndWith(0);
        });

        using var call = peer.Client().StreamingOutputCall(new StreamingOutputCallRequest());
        var sizes = await call.ResponseStream.ReadAllAsync().Select(response => response.Payload.Body.Length).ToArrayAsync();

        sizes.ShouldBe([12_345, 12_345, 12_345]);
    }

    private static async Task SendRaw(HttpContext context, byte[] bytes)
    {
        await context.Response.Grpc().Body.WriteAsync(bytes);
        await context.Response.Body.FlushAsync();
        context.Response.EndWith(0);
    }

    private static async Task<RpcException> FailureOf(RequestDelegate handler)
    {
        await using var peer = await Peer.StartAsync(handler);
        return await Should.ThrowAsync<RpcException>(async () => await peer.Client().UnaryCallAsync(new SimpleRequest()));
    }
}
