using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Platform.Grpc.Tests.Interop;
using Platform.Grpc.Tests.Server;

namespace Platform.Grpc.Tests.Wire;

public sealed class ProtocolTests
{
    private static readonly byte[] Request = Message.Of(new SimpleRequest());

    [Theory]
    [InlineData("application/json", "Content-Type 'application/json' is not supported.")]
    [InlineData("application/grpcweb", "Content-Type 'application/grpcweb' is not supported.")]
    [InlineData("", "Content-Type is missing from the request.")]
    public async Task Another_content_type_is_415(string contentType, string detail)
    {
        await using var server = await GrpcServer.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);

        var response = await client.CallAsync(Message.UnaryPath, [Request], ("content-type", contentType));

        response.HttpStatus.ShouldBe("415");
        response.GrpcStatus.ShouldBe($"{(int)StatusCode.Internal}");
        response.GrpcMessage.ShouldBe(detail);
    }

    [Theory]
    [InlineData("application/grpc+proto")]
    [InlineData("application/grpc;charset=utf-8")]
    [InlineData("Application/gRPC")]
    public async Task A_content_type_with_a_suffix_or_in_capitals_is_grpc(string contentType)
    {
        await using var server = await GrpcServer.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);

        (await client.CallAsync(Message.UnaryPath, [Request], ("content-type", contentType))).GrpcStatus.ShouldBe("0");
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    public async Task Only_POST_is_a_call(string method)
    {
        await using var server = await GrpcServer.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);

        (await client.CallAsync(Message.UnaryPath, [], (":method", method))).HttpStatus.ShouldBe("405");
    }

    [Fact]
    public async Task HTTP_1_1_is_told_to_upgrade()
    {
        await using var server = await GrpcServer.StartAsync(protocols: HttpProtocols.Http1);
        using var http = new HttpClient();
        var content = new ByteArrayContent(Request);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");

        var response = await http.PostAsync(server.Address + Message.UnaryPath, content);

        response.StatusCode.ShouldBe(HttpStatusCode.UpgradeRequired);
        response.Headers.GetValues("grpc-status").ShouldBe([$"{(int)StatusCode.Internal}"]);
        response.Headers.GetValues("grpc-message").ShouldBe(["Request protocol 'HTTP/1.1' is not supported."]);
    }

    [Theory]
    [InlineData("/grpc.testing.TestService/Nothing", "Method is unimplemented.")]
    [InlineData("/grpc.testing.testservice/UnaryCall/more", null)]
    [InlineData("/nobody.Service/UnaryCall", "Service is unimplemented.")]
    public async Task An_unknown_service_or_method_is_HTTP_200_and_UNIMPLEMENTED(string path, string? detail)
    {
        await using var server = await GrpcServer.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);

        var response = await client.CallAsync(path, [Request]);

        response.HttpStatus.ShouldBe(detail is null ? "404" : "200");
        if (detail is not null)
        {
            response.IsTrailersOnly.ShouldBeTrue();
            response.Header("content-type").ShouldBe("application/grpc");
            response.GrpcStatus.ShouldBe($"{(int)StatusCode.Unimplemented}");
            response.GrpcMessage.ShouldBe(detail);
        }
    }

    [Fact]
    public async Task A_method_that_the_service_does_not_override_is_UNIMPLEMENTED()
    {
        await using var server = await GrpcServer.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);

        var response = await client.CallAsync("/grpc.testing.TestService/UnimplementedCall", [Message.Of([])]);

        response.IsTrailersOnly.ShouldBeTrue();
        response.GrpcStatus.ShouldBe($"{(int)StatusCode.Unimplemented}");
    }

    [Fact]
    public async Task Unknown_services_can_be_left_to_other_endpoints()
    {
        await using var server = await GrpcServer.StartAsync(
            options => options.IgnoreUnknownServices = true,
            map: app =>
            {
                app.MapGrpcService<TestServiceImpl>();
                app.MapFallback(() => Results.StatusCode(StatusCodes.Status418ImATeapot));
            });
        using var client = await RawHttp2Client.ConnectAsync(server.Port);

        (await client.CallAsync("/nobody.Service/UnaryCall", [Request])).HttpStatus.ShouldBe("418");
        (await client.CallAsync("/grpc.testing.TestService/Nothing", [Request])).HttpStatus.ShouldBe("418");
    }

    [Fact]
    public async Task Success_is_headers_then_the_message_then_the_status_in_trailers()
    {
        await using var server = await GrpcServer.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);

        var response = await client.CallAsync(Message.UnaryPath, [Request]);

        response.HttpStatus.ShouldBe("200");
        response.Header("content-type").ShouldBe("application/grpc");
        response.Header("grpc-status").ShouldBeNull();
        response.Messages().Count.ShouldBe(1);
        response.Trailer("grpc-status").ShouldBe("0");
        response.Trailer("grpc-message").ShouldBeNull();
    }

    [Fact]
    public async Task Response_headers_wait_for_the_first_message()
    {
        var written = new TaskCompletionSource();
        var service = new ScriptedService
        {
            Duplex = async (requests, responses, context) =>
            {
                await requests.MoveNext();
                context.GetHttpContext().Response.HasStarted.ShouldBeFalse();
                await responses.WriteAsync(new StreamingOutputCallResponse());
                context.GetHttpContext().Response.HasStarted.ShouldBeTrue();
                await written.Task;
            },
        };
        await using var server = await service.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);
        var stream = await client.BeginAsync(Message.DuplexPath);
        await client.DataAsync(stream, Message.Of(new StreamingOutputCallRequest()));
        var response = new RawResponse();

        await client.ReadFrameAsync(stream, response);
        await client.ReadFrameAsync(stream, response);

        response.HttpStatus.ShouldBe("200");
        response.Messages().Count.ShouldBe(1);
        response.Ended.ShouldBeFalse();
        written.SetResult();
    }

    [Fact]
    public async Task Response_headers_can_be_sent_before_the_first_message()
    {
        var release = new TaskCompletionSource();
        var service = new ScriptedService
        {
            Unary = async (_, context) =>
            {
                await context.WriteResponseHeadersAsync(new Metadata { { "early", "yes" }, { "early", "again" } });
                await release.Task;
                return new SimpleResponse();
            },
        };
        await using var server = await service.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);
        var stream = await client.BeginAsync(Message.UnaryPath);
        await client.DataAsync(stream, Request, endStream: true);
        var response = new RawResponse();

        await client.ReadFrameAsync(stream, response);

        response.Headers.Where(field => field.Name == "early").Select(field => field.Value).ShouldBe(["yes", "again"]);
        release.SetResult();
        (await client.ReadResponseAsync(stream)).Ended.ShouldBeTrue();
    }

    [Fact]
    public async Task A_quiet_client_stream_is_not_cut_by_the_minimum_data_rate_of_the_server()
    {
        var rate = new MinDataRate(bytesPerSecond: 1_000_000, gracePeriod: TimeSpan.FromSeconds(1.1));
        await using var server = await GrpcServer.StartAsync(kestrel: kestrel => kestrel.Limits.MinRequestBodyDataRate = rate);
        using var client = await RawHttp2Client.ConnectAsync(server.Port);
        var stream = await client.BeginAsync(Message.InputPath);

        await client.DataAsync(stream, Message.Of(new StreamingInputCallRequest { Payload = new Payload() }));
        await Task.Delay(TimeSpan.FromSeconds(3.5));
        await client.DataAsync(stream, [], endStream: true);

        (await client.ReadResponseAsync(stream)).GrpcStatus.ShouldBe("0");
    }

    [Fact]
    public async Task A_client_stream_may_be_longer_than_a_request_body()
    {
        await using var server = await GrpcServer.StartAsync(kestrel: kestrel => kestrel.Limits.MaxRequestBodySize = 100);
        using var client = await RawHttp2Client.ConnectAsync(server.Port);
        var message = Message.Of(new StreamingInputCallRequest { Payload = new Payload { Body = global::Google.Protobuf.ByteString.CopyFrom(new byte[90]) } });

        var response = await client.CallAsync(Message.InputPath, [message, message, message]);

        response.GrpcStatus.ShouldBe("0");
    }
}
