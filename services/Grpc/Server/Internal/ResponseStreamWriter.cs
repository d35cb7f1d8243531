using Grpc.Core;

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
            var options = call.WriteOptions;
            call.WriteMessage(message, serializer, options);
            if (options is not null && options.Flags.HasFlag(WriteFlags.BufferHint))
            {
                return Task.CompletedTask;
            }
        }
        catch (Exception exception)
        {
            return Task.FromException(exception);
        }

        var flush = call.HttpContext.Response.BodyWriter.FlushAsync(cancellationToken);
        return flush.IsCompletedSuccessfully ? Task.CompletedTask : _write = flush.AsTask();
    }
}
