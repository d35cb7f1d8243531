using Google.Protobuf;
using Grpc.Core;
using Grpc.Testing;

namespace Platform.Grpc.Tests.Interop;

/// <summary>The interop server (grpc/grpc doc/interop-test-descriptions.md).</summary>
public sealed class TestServiceImpl : TestService.TestServiceBase
{
    private const string EchoInitial = "x-grpc-test-echo-initial";
    private const string EchoTrailing = "x-grpc-test-echo-trailing-bin";

    public override Task<Empty> EmptyCall(Empty request, ServerCallContext context) => Task.FromResult(new Empty());

    public override async Task<SimpleResponse> UnaryCall(SimpleRequest request, ServerCallContext context)
    {
        CheckCompression(request.ExpectCompressed, context);
        await BeginResponseAsync(context, compress: request.ResponseCompressed?.Value ?? false);
        ThrowIfAsked(request.ResponseStatus);
        return new SimpleResponse { Payload = Zeros(request.ResponseSize) };
    }

    public override async Task StreamingOutputCall(
        StreamingOutputCallRequest request, IServerStreamWriter<StreamingOutputCallResponse> responseStream, ServerCallContext context)
    {
        await BeginResponseAsync(context, request.ResponseParameters.Any(parameters => parameters.Compressed?.Value ?? false));
        await WriteAllAsync(request, responseStream, context);
        ThrowIfAsked(request.ResponseStatus);
    }

    public override async Task<StreamingInputCallResponse> StreamingInputCall(
        IAsyncStreamReader<StreamingInputCallRequest> requestStream, ServerCallContext context)
    {
        var size = 0;
        await foreach (var request in requestStream.ReadAllAsync())
        {
            CheckCompression(request.ExpectCompressed, context);
            size += request.Payload.Body.Length;
        }

        return new StreamingInputCallResponse { AggregatedPayloadSize = size };
    }

    public override async Task FullDuplexCall(
        IAsyncStreamReader<StreamingOutputCallRequest> requestStream,
        IServerStreamWriter<StreamingOutputCallResponse> responseStream,
        ServerCallContext context)
    {
        await BeginResponseAsync(context, compress: false);
        await foreach (var request in requestStream.ReadAllAsync())
        {
            await WriteAllAsync(request, responseStream, context);
            ThrowIfAsked(request.ResponseStatus);
        }
    }

    private static async Task WriteAllAsync(
        StreamingOutputCallRequest request, IServerStreamWriter<StreamingOutputCallResponse> responses, ServerCallContext context)
    {
        foreach (var parameters in request.ResponseParameters)
        {
            if (parameters.IntervalUs > 0)
            {
                await Task.Delay(TimeSpan.FromMicroseconds(parameters.IntervalUs), context.CancellationToken);
            }

            responses.WriteOptions = new WriteOptions(parameters.Compressed?.Value ?? false ? default : WriteFlags.NoCompress);
            await responses.WriteAsync(new StreamingOutputCallResponse { Payload = Zeros(parameters.Size) });
        }
    }

    private static async Task BeginResponseAsync(ServerCallContext context, bool compress)
    {
        var headers = new Metadata();
        if (context.RequestHeaders.Get(EchoInitial) is { } initial)
        {
            headers.Add(initial);
        }

        if (compress)
        {
            headers.Add("grpc-internal-encoding-request", "gzip");
        }

        if (headers.Count > 0)
        {
            await context.WriteResponseHeadersAsync(headers);
        }

        foreach (var entry in context.RequestHeaders.GetAll(EchoTrailing))
        {
            context.ResponseTrailers.Add(entry);
        }
    }

    // Only that a call is compressed can be seen from its headers; a message of it may still be sent uncompressed.
    private static void CheckCompression(BoolValue? expected, ServerCallContext context)
    {
        var encoding = context.GetHttpContext().Request.Headers["grpc-encoding"].ToString();
        if (expected is { Value: true } && encoding is "" or "identity")
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "The request is not compressed."));
        }
    }

    private static void ThrowIfAsked(EchoStatus? status)
    {
        if (status is { Code: not 0 })
        {
            throw new RpcException(new Status((StatusCode)status.Code, status.Message));
        }
    }

    private static Payload Zeros(int size) => new() { Type = PayloadType.Compressable, Body = ByteString.CopyFrom(new byte[size]) };
}
