using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client.Internal;

/// <summary>A method's retry policy, checked and capped.</summary>
internal sealed class RetryRule
{
    private const string PushbackTrailer = "grpc-retry-pushback-ms";

    private readonly HashSet<StatusCode> _codes;
    private readonly TimeSpan _initial;
    private readonly TimeSpan _max;
    private readonly double _multiplier;

    /// <summary>A rule from its policy and the channel's cap on attempts.</summary>
    /// <exception cref="InvalidOperationException">The policy is incomplete or out of range.</exception>
    public RetryRule(RetryPolicy policy, int? channelMaxAttempts)
    {
        if (policy.MaxAttempts is not > 1)
        {
            throw new InvalidOperationException("Retry policy max attempts must have a value of at least two.");
        }

        if (!(policy.InitialBackoff > TimeSpan.Zero) || !(policy.MaxBackoff > TimeSpan.Zero))
        {
            throw new InvalidOperationException("Retry policy initial and max backoff must be greater than zero.");
        }

        if (policy.BackoffMultiplier is not > 0)
        {
            throw new InvalidOperationException("Retry policy backoff multiplier must be greater than zero.");
        }

        if (policy.RetryableStatusCodes.Count == 0)
        {
            throw new InvalidOperationException("Retry policy must specify at least one retryable status code.");
        }

        _codes = [.. policy.RetryableStatusCodes];
        _initial = policy.InitialBackoff.Value;
        _max = policy.MaxBackoff.Value;
        _multiplier = policy.BackoffMultiplier.Value;
        MaxAttempts = Math.Min(policy.MaxAttempts.Value, channelMaxAttempts ?? int.MaxValue);
    }

    /// <summary>Attempts in all.</summary>
    public int MaxAttempts { get; }

    /// <summary>Whether an attempt that ended so is tried again.</summary>
    public bool Covers(StatusCode code) => _codes.Contains(code);

    /// <summary>What the server asked for: wait so long, or, with a value that is no whole number of milliseconds, do not
    /// retry at all. Null when it asked for nothing.</summary>
    public static (bool Retry, TimeSpan Delay)? Pushback(Metadata trailers) => trailers.Get(PushbackTrailer) is not { } entry
        ? null
        : uint.TryParse(entry.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? (true, TimeSpan.FromMilliseconds(milliseconds))
            : (false, default);

    /// <summary>The wait before the nth retry since the start or since the server set the wait: anything up to
    /// min(initial × multiplier^(n−1), max), which spreads out clients that failed together.</summary>
    public TimeSpan Backoff(int retry)
    {
        var ceiling = Math.Min(_initial.TotalMilliseconds * Math.Pow(_multiplier, retry - 1), _max.TotalMilliseconds);
#pragma warning disable CA5394 // jitter needs no cryptographic randomness
        return TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * ceiling);
#pragma warning restore CA5394
    }
}
