using Google.Protobuf;
using Grpc.Core;
using Grpc.Testing;

namespace Platform.Grpc.Tests.Server;

public sealed class CallKindsTests
{
    [Fact]
    public async Task A_unary_call_gets_the_one_response()
    {
        await using var server = await GrpcServer.StartAsync();

        var response = await server.Client.UnaryCallAsync(new SimpleRequest
        {
            ResponseSize = 314_159,
            Payload = new Payload { Body = ByteString.CopyFrom(new byte[271_828]) },
        });

        response.Payload.Body.Length.ShouldBe(314_159);
    }

    [Fact]
    public async Task A_client_stream_is_summed_up_in_one_response()
    {
        await using var server = await GrpcServer.StartAsync();
        using var call = server.Client.StreamingInputCall();

        foreach (var size in (int[])[27_182, 8, 1_828, 45_904])
        {
            await call.RequestStream.WriteAsync(new StreamingInputCallRequest { Payload = new Payload { Body = ByteString.CopyFrom(new byte[size]) } });
        }

        await call.RequestStream.CompleteAsync();

        (await call).AggregatedPayloadSize.ShouldBe(74_922);
    }

    [Fact]
    public async Task A_server_stream_arrives_in_order()
    {
        await using var server = await GrpcServer.StartAsync();
        var request = new StreamingOutputCallRequest { ResponseParameters = { Sizes(31_415, 9, 2_653, 58_979) } };
        using var call = server.Client.StreamingOutputCall(request);

        var sizes = new List<int>();
        await foreach (var response in call.ResponseStream.ReadAllAsync())
        {
            sizes.Add(response.Payload.Body.Length);
        }

        sizes.ShouldBe([31_415, 9, 2_653, 58_979]);
    }

    [Fact]
    public async Task A_duplex_call_answers_each_request_before_the_next_is_sent()
    {
        await using var server = await GrpcServer.StartAsync();
        using var call = server.Client.FullDuplexCall();

        for (var size = 1; size < 100_000; size *= 7)
        {
            await call.RequestStream.WriteAsync(new StreamingOutputCallRequest { ResponseParameters = { Sizes(size) } });
            (await call.ResponseStream.MoveNext()).ShouldBeTrue();
            call.ResponseStream.Current.Payload.Body.Length.ShouldBe(size);
        }

        await call.RequestStream.CompleteAsync();
        (await call.ResponseStream.MoveNext()).ShouldBeFalse();
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
    }

    private static IEnumerable<ResponseParameters> Sizes(params int[] sizes) =>
        sizes.Select(size => new ResponseParameters { Size = size });
}
