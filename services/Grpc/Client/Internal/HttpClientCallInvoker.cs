using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>Makes calls over a channel.</summary>
internal sealed class HttpClientCallInvoker(GrpcChannel channel) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        using var call = StartWith(method, host, options, request);
        return SingleResponseAsync(call, method.ResponseMarshaller).GetAwaiter().GetResult();
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = StartWith(method, host, options, request);
        return new AsyncUnaryCall<TResponse>(
            SingleResponseAsync(call, method.ResponseMarshaller), Headers, StatusOf, TrailersOf, DisposeCall, call);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = StartWith(method, host, options, request);
        return new AsyncServerStreamingCall<TResponse>(
            new ClientStreamReader<TResponse>(call, method.ResponseMarshaller), Headers, StatusOf, TrailersOf, DisposeCall, call);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = new ClientCall(channel, method, host, options);
        call.Start();
        return new AsyncClientStreamingCall<TRequest, TResponse>(
            new ClientStreamWriter<TRequest>(call, method.RequestMarshaller),
            SingleResponseAsync(call, method.ResponseMarshaller), Headers, StatusOf, TrailersOf, DisposeCall, call);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = new ClientCall(channel, method, host, options);
        call.Start();
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            new ClientStreamWriter<TRequest>(call, method.RequestMarshaller),
            new ClientStreamReader<TResponse>(call, method.ResponseMarshaller), Headers, StatusOf, TrailersOf, DisposeCall, call);
    }

    private static Task<Metadata> Headers(object call) => ((ClientCall)call).GetHeadersAsync();

    private static Status StatusOf(object call) => ((ClientCall)call).GetStatus();

    private static Metadata TrailersOf(object call) => ((ClientCall)call).GetTrailers();

    private static void DisposeCall(object call) => ((ClientCall)call).Dispose();

    private ClientCall StartWith<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = new ClientCall(channel, method, host, options);
        if (call.IsFinished)
        {
            return call;
        }

        try
        {
            call.Requests.AppendOnly(OutgoingMessage.Serialize(
                request, method.RequestMarshaller, call.MaxSendMessageSize, call.Compression, options.WriteOptions));
            call.Start();
        }
        catch (RpcException exception)
        {
            call.Finish(exception.Status, exception.Trailers);
        }
        catch (Exception exception)
        {
            call.Finish(new Status(StatusCode.Internal, "Error serializing the request message.", exception), Metadata.Empty);
        }

        return call;
    }

    private static async Task<TResponse> SingleResponseAsync<TResponse>(ClientCall call, Marshaller<TResponse> marshaller)
    {
        try
        {
            if (await call.Opening is { } attempt)
            {
                var (found, response) = await attempt.ReadAsync(marshaller, call.Stopping);
                if (found)
                {
                    await attempt.ReadEndAsync(call.Stopping);
                }

                var (status, trailers) = attempt.ReadTrailers();
                call.Finish(status.StatusCode == StatusCode.OK && !found ? ClientCall.MissingResponse : status, trailers);
                if (call.GetStatus().StatusCode == StatusCode.OK)
                {
                    return response!;
                }
            }
        }
        catch (Exception exception)
        {
            call.Fail(exception);
        }

        throw call.Failure();
    }
}
