using System.Net.Sockets;
using Grpc.Core;
using Platform.Shared.Errors;

namespace Platform.Shared.Messaging;

/// <summary>What the failure of a handler means.</summary>
internal static class HandlerFailure
{
    /// <summary>Whether a part that the handler needs is away, so that the message itself may be fine.</summary>
    public static bool IsTransient(Exception exception) => exception switch
    {
        DomainException e => e.Error.Kind == ErrorKind.Unavailable,
        RpcException e => e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded,
        HttpRequestException { StatusCode: null } or SocketException or TimeoutException => true,
        _ => exception.InnerException is { } inner && IsTransient(inner),
    };
}
