using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>Reads the responses of a streaming call.</summary>
internal sealed class ClientStreamReader<TResponse>(ClientCall call, Marshaller<TResponse> marshaller) : IAsyncStreamReader<TResponse>
{
    private int _reading;

    public TResponse Current { get; private set; } = default!;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _reading, 1) == 1)
        {
            throw new InvalidOperationException("Can't read the next message because the previous read is still in progress.");
        }

        try
        {
            await using var registration = cancellationToken.UnsafeRegister(static state => ((ClientCall)state!).Cancel("Call canceled by the client."), call);
            if (!call.IsFinished && await call.Opening is { } attempt)
            {
                var (found, value) = await attempt.ReadAsync(marshaller, call.Stopping);
                Current = value!;
                if (found)
                {
                    return true;
                }

                var (status, trailers) = attempt.ReadTrailers();
                call.Finish(status, trailers);
            }
        }
        catch (Exception exception)
        {
            call.Fail(exception);
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }

        return call.GetStatus().StatusCode == StatusCode.OK ? false : throw call.Failure();
    }
}
