namespace Grpc.Net.Client.Internal;

/// <summary>Decides, for one call, whether another attempt follows a failed one, and when (gRFC A6).</summary>
internal sealed class RetryPacing(RetryRule? rule, GrpcChannel channel, bool waitForReady)
{
    private const double ReconnectMultiplier = 1.6;

    private int _sincePushback;
    private int _connects;

    /// <summary>Attempts after the first that reached a server, or may have.</summary>
    public int Retries { get; private set; }

    /// <summary>The wait before the next attempt; null when there is none.</summary>
    public TimeSpan? DelayBeforeNext(AttemptEnd end, bool canReplay)
    {
        if (waitForReady && end.NeverSent)
        {
            // gRPC "Connection Backoff": nothing was sent, so this is no attempt of the call.
            return Jitter(channel.ReconnectBackoff(ReconnectMultiplier, _connects++));
        }

        if (rule is null || !rule.Covers(end.Status.StatusCode))
        {
            return null;
        }

        channel.RetryThrottle?.Failed();
        var pushback = RetryRule.Pushback(end.Trailers);
        if (pushback is { Retry: false } || channel.RetryThrottle is { AllowsRetry: false } || Retries + 1 >= rule.MaxAttempts || !canReplay)
        {
            return null;
        }

        Retries++;
        if (pushback is { } asked)
        {
            _sincePushback = 0;
            return asked.Delay;
        }

        return rule.Backoff(++_sincePushback);
    }

    /// <summary>Within a fifth either way, as the connection backoff asks.</summary>
    private static TimeSpan Jitter(TimeSpan delay)
    {
#pragma warning disable CA5394 // jitter needs no cryptographic randomness
        return delay * (0.8 + (0.4 * Random.Shared.NextDouble()));
#pragma warning restore CA5394
    }
}
