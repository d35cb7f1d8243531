using System.Diagnostics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;

namespace Platform.Shared.Errors;

/// <summary>
/// Turns whatever an RPC throws into what its caller may see. A fault is logged here, once, and its caller gets a trace id to
/// quote and no text of the exception.
/// </summary>
internal sealed class DomainErrorInterceptor(ILogger<DomainErrorInterceptor> logger) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception e)
        {
            throw Answer(e, context);
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(requestStream, context);
        }
        catch (Exception e)
        {
            throw Answer(e, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception e)
        {
            throw Answer(e, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception e)
        {
            throw Answer(e, context);
        }
    }

    private RpcException Answer(Exception exception, ServerCallContext context)
    {
        switch (exception)
        {
            case DomainException domain:
                return domain.Error.ToRpcException();

            // A call to another service: what it says to us it may say to our caller, as far as it is a domain error.
            case RpcException rpc when rpc.ToDomainError() is { Kind: not ErrorKind.Unauthenticated } error:
                return error.ToRpcException();
            case RpcException { StatusCode: StatusCode.Unavailable or StatusCode.DeadlineExceeded } when !IsGone(context):
                return DomainError.Unavailable("service behind this one").ToRpcException();
        }

        if (IsGone(context))
        {
            return context.Deadline <= TimeProvider.System.GetUtcNow().UtcDateTime
                ? new RpcException(new Status(StatusCode.DeadlineExceeded, "The deadline has passed."))
                : new RpcException(new Status(StatusCode.Cancelled, "The call was cancelled."));
        }

        var traceId = Activity.Current?.TraceId.ToHexString() ?? context.GetHttpContext().TraceIdentifier;
        logger.LogError("{Method} failed in trace {TraceId}: {Failure}", context.Method, traceId, SafeException.Describe(exception));
        return new RpcException(new Status(StatusCode.Internal, $"The request failed; quote trace id {traceId}."));
    }

    private static bool IsGone(ServerCallContext context) => context.CancellationToken.IsCancellationRequested;
}
