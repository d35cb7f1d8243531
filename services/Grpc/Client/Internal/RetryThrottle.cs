using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client.Internal;

/// <summary>The token bucket of gRFC A6. Tokens are counted in thousandths, since a ratio has up to three decimals.</summary>
internal sealed class RetryThrottle
{
    private readonly int _max;
    private readonly int _ratio;
    private int _tokens;

    /// <summary>A full bucket.</summary>
    /// <exception cref="InvalidOperationException">The policy is incomplete or out of range.</exception>
    public RetryThrottle(RetryThrottlingPolicy policy)
    {
        if (policy.MaxTokens is not (> 0 and <= 1000))
        {
            throw new InvalidOperationException("Retry throttling policy must have max tokens above zero and at most 1000.");
        }

        if (policy.TokenRatio is not > 0)
        {
            throw new InvalidOperationException("Retry throttling policy must have a token ratio above zero.");
        }

        _tokens = _max = policy.MaxTokens.Value * 1000;
        _ratio = (int)(policy.TokenRatio.Value * 1000);
    }

    /// <summary>Whether another attempt may be made: more than half of the tokens are left.</summary>
    public bool AllowsRetry => Volatile.Read(ref _tokens) > _max / 2;

    /// <summary>Counts a call that succeeded.</summary>
    public void Succeeded() => Add(_ratio);

    /// <summary>Counts an attempt that failed with a retryable status.</summary>
    public void Failed() => Add(-1000);

    private void Add(int change)
    {
        for (var seen = Volatile.Read(ref _tokens); ; seen = Volatile.Read(ref _tokens))
        {
            var next = Math.Clamp(seen + change, 0, _max);
            if (Interlocked.CompareExchange(ref _tokens, next, seen) == seen)
            {
                return;
            }
        }
    }
}
