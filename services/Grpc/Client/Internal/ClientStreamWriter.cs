using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>Writes the requests of a streaming call.</summary>
internal sealed class ClientStreamWriter<TRequest>(ClientCall call, Marshaller<TRequest> marshaller) : IClientStreamWriter<TRequest>
{
    public WriteOptions? WriteOptions { get; set; } = call.WriteOptions;

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (call.Requests.IsComplete)
        {
            throw new InvalidOperationException("Request stream has already been completed.");
        }

        if (call.Requests.WriteInProgress)
        {
            throw new InvalidOperationException("Can't write the message because the previous write is in progress.");
        }

        await using var registration = cancellationToken.UnsafeRegister(static state => ((ClientCall)state!).Cancel("Call canceled by the client."), call);
        if (call.IsFinished)
        {
            throw Ended();
        }

        var framed = OutgoingMessage.Serialize(message, marshaller, call.MaxSendMessageSize, call.Compression, WriteOptions);
        try
        {
            await call.Requests.AppendAsync(framed);
        }
        catch (Exception exception)
        {
            throw call.IsFinished ? Ended() : Broken(exception);
        }
    }

    public Task CompleteAsync()
    {
        if (call.Requests.WriteInProgress)
        {
            return Task.FromException(new InvalidOperationException("Can't complete the client stream writer because the previous write is in progress."));
        }

        call.Requests.Complete();
        return Task.CompletedTask;
    }

    private Exception Ended() => call.GetStatus().StatusCode == StatusCode.OK
        ? new InvalidOperationException("Can't write the message because the call is complete.")
        : call.Failure();

    /// <summary>The server takes no more requests; what it has to say about that is read from the responses.</summary>
    private static RpcException Broken(Exception exception) => new(
        exception is OperationCanceledException
            ? new Status(StatusCode.Cancelled, "The server stopped reading requests.", exception)
            : FailureStatus.FromException(exception));
}
