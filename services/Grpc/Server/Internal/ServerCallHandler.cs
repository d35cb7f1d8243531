using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Handles the requests for one method: checks that they are gRPC, runs the call and ends it.</summary>
internal abstract class ServerCallHandler<TRequest, TResponse>(Method<TRequest, TResponse> method, MethodOptions options, ILogger logger)
    where TRequest : class
    where TResponse : class
{
    protected Func<DeserializationContext, TRequest> Deserializer { get; } = method.RequestMarshaller.ContextualDeserializer;

    protected Action<TResponse, SerializationContext> Serializer { get; } = method.ResponseMarshaller.ContextualSerializer;

    public async Task HandleAsync(HttpContext httpContext)
    {
        if (!CheckRequest(httpContext))
        {
            return;
        }

        if (method.Type is MethodType.ClientStreaming or MethodType.DuplexStreaming)
        {
            RemoveRequestLimits(httpContext.Features);
        }

        var call = new HttpContextServerCallContext(httpContext, options, logger);
        httpContext.Features.Set<IServerCallContextFeature>(call);
        try
        {
            call.Begin();
            await RunAsync(call);
        }
        catch (Exception exception)
        {
            call.Fail(exception);
        }

        await call.EndAsync();
    }

    /// <summary>Reads the request or requests, runs the handler and writes the response or responses.</summary>
    protected abstract Task RunAsync(HttpContextServerCallContext call);

    protected ValueTask<TRequest> ReadRequestAsync(HttpContextServerCallContext call) =>
        call.Reader.ReadSingleAsync(Deserializer, call.ReadCancellation);

    protected void WriteResponse(HttpContextServerCallContext call, TResponse? response)
    {
        if (response is null)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "No message returned from method."));
        }

        // A handler may say how the call ends without throwing; its response does not count then.
        if (call.Status.StatusCode == StatusCode.OK)
        {
            call.WriteMessage(response, Serializer);
        }
    }

    private bool CheckRequest(HttpContext httpContext)
    {
        var request = httpContext.Request;
        if (!HttpProtocol.IsHttp2(request.Protocol) && !HttpProtocol.IsHttp3(request.Protocol))
        {
            GrpcServerLog.UnsupportedRequestProtocol(logger, request.Protocol);
            httpContext.Response.Headers[HeaderNames.Upgrade] = HttpProtocol.Http2;
            GrpcProtocol.WriteHttpError(
                httpContext.Response,
                StatusCodes.Status426UpgradeRequired,
                StatusCode.Internal,
                $"Request protocol '{request.Protocol}' is not supported.");
            return false;
        }

        if (!GrpcProtocol.IsGrpcContentType(request.ContentType))
        {
            GrpcServerLog.UnsupportedRequestContentType(logger, request.ContentType);
            GrpcProtocol.WriteHttpError(
                httpContext.Response,
                StatusCodes.Status415UnsupportedMediaType,
                StatusCode.Internal,
                request.ContentType is null ? "Content-Type is missing from the request." : $"Content-Type '{request.ContentType}' is not supported.");
            return false;
        }

        return true;
    }

    // A stream may be quiet for as long as it likes and grow without end: its messages are what is limited.
    private static void RemoveRequestLimits(IFeatureCollection features)
    {
        if (features.Get<Microsoft.AspNetCore.Server.Kestrel.Core.Features.IHttpMinRequestBodyDataRateFeature>() is { } dataRate)
        {
            dataRate.MinDataRate = null;
        }

        if (features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bodySize)
        {
            bodySize.MaxRequestBodySize = null;
        }
    }
}
