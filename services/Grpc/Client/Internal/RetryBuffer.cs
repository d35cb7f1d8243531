namespace Grpc.Net.Client.Internal;

/// <summary>Counts the bytes that a channel's calls keep for retries.</summary>
/// <param name="channelLimit">Bytes for all calls together; null is no limit.</param>
/// <param name="callLimit">Bytes for one call; null is no limit.</param>
internal sealed class RetryBuffer(long? channelLimit, long? callLimit)
{
    private long _taken;

    /// <summary>Takes bytes for a call that has taken some already; false, and nothing taken, when they do not fit.</summary>
    public bool TryTake(long bytes, long takenByCall)
    {
        if (takenByCall + bytes > callLimit)
        {
            return false;
        }

        if (Interlocked.Add(ref _taken, bytes) > channelLimit)
        {
            Interlocked.Add(ref _taken, -bytes);
            return false;
        }

        return true;
    }

    /// <summary>Gives bytes back.</summary>
    public void Return(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
