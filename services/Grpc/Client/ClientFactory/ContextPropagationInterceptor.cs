using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.ClientFactory;

/// <summary>Gives outgoing calls the deadline of the incoming one, when it is the sooner, and cancels them with it.</summary>
internal sealed class ContextPropagationInterceptor(IHttpContextAccessor accessor, GrpcContextPropagationOptions settings) : Interceptor
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        using var linked = Link(context, out var inner);
        return continuation(request, inner);
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var linked = Link(context, out var inner);
        var call = continuation(request, inner);
        return linked is null ? call : new AsyncUnaryCall<TResponse>(
            UnlinkAfter(call.ResponseAsync, linked), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, Unlink(call, linked));
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var linked = Link(context, out var inner);
        var call = continuation(inner);
        return linked is null ? call : new AsyncClientStreamingCall<TRequest, TResponse>(
            call.RequestStream, UnlinkAfter(call.ResponseAsync, linked), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, Unlink(call, linked));
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var linked = Link(context, out var inner);
        var call = continuation(request, inner);
        return linked is null ? call : new AsyncServerStreamingCall<TResponse>(
            call.ResponseStream, call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, Unlink(call, linked));
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var linked = Link(context, out var inner);
        var call = continuation(inner);
        return linked is null ? call : new AsyncDuplexStreamingCall<TRequest, TResponse>(
            call.RequestStream, call.ResponseStream, call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, Unlink(call, linked));
    }

    /// <summary>Sets the outgoing call's deadline and token. The source given back joins the caller's token to the incoming
    /// call's; it is null when one token is enough.</summary>
    private CancellationTokenSource? Link<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, out ClientInterceptorContext<TRequest, TResponse> inner)
        where TRequest : class
        where TResponse : class
    {
        inner = context;
        if (FindIncoming() is not { } incoming)
        {
            return null;
        }

        var options = context.Options;
        if (incoming.Deadline < (options.Deadline ?? DateTime.MaxValue))
        {
            options = options.WithDeadline(incoming.Deadline);
        }

        CancellationTokenSource? linked = null;
        if (incoming.CancellationToken.CanBeCanceled)
        {
            if (options.CancellationToken.CanBeCanceled)
            {
                linked = CancellationTokenSource.CreateLinkedTokenSource(incoming.CancellationToken, options.CancellationToken);
            }

            options = options.WithCancellationToken(linked?.Token ?? incoming.CancellationToken);
        }

        inner = new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, options);
        return linked;
    }

    private ServerCallContext? FindIncoming()
    {
        var incoming = accessor.HttpContext?.Features.Get<IServerCallContextFeature>()?.ServerCallContext;
        return incoming is not null || settings.SuppressContextNotFoundErrors
            ? incoming
            : throw new InvalidOperationException(accessor.HttpContext is null
                ? "Unable to propagate server context values to the call. Can't find the current HttpContext."
                : "Unable to propagate server context values to the call. Can't find the current gRPC ServerCallContext.");
    }

    private static async Task<TResponse> UnlinkAfter<TResponse>(Task<TResponse> response, CancellationTokenSource linked)
    {
        try
        {
            return await response;
        }
        finally
        {
            linked.Dispose();
        }
    }

    /// <summary>A stream that is never disposed stays linked until the incoming call ends, and no longer.</summary>
    private static Action Unlink(IDisposable call, CancellationTokenSource linked) => () =>
    {
        call.Dispose();
        linked.Dispose();
    };
}
