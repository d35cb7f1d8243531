using System.IO.Pipelines;
using Grpc.Core;
using Microsoft.AspNetCore.Connections;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The responses of a server stream.</summary>
internal sealed class ResponseStreamWriter<TResponse>(
    HttpContextServerCallContext call,
    Action<TResponse, SerializationContext> serializer) : IServerStreamWriter<TResponse>
    where TResponse : class
{
    private Task _write = Task.CompletedTask;

    public WriteOptions? WriteOptions
    {
        get => call.WriteOptions;
        set => call.WriteOptions = value;
    }

    public Task WriteAsync(TResponse message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(TResponse message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellationToken);
        }

        if (!_write.IsCompleted)
        {
            return Task.FromException(new InvalidOperationException("Can't write the message because the previous write is in progress."));
        }

        try
        {
            if (call.WriteOptions is { } options && options.Flags.HasFlag(WriteFlags.BufferHint))
            {
                call.WriteMessage(message, serializer);
                return Task.CompletedTask;
            }

            return _write = AwaitAsync(call.WriteAndFlushMessage(message, serializer, cancellationToken));
        }
        catch (Exception exception)
        {
            return Task.FromException(exception);
        }
    }

    // A transport that takes no more has lost its client. Without this a handler that never looks at its token would write on
    // for ever.
    private static async Task AwaitAsync(ValueTask<FlushResult> flush)
    {
        if ((await flush).IsCompleted)
        {
            throw new ConnectionAbortedException("Can't write the message because the client is gone.");
        }
    }
}
