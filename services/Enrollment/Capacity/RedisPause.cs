using StackExchange.Redis;

namespace Platform.Enrollment.Capacity;

/// <summary>
/// Keeps a Redis that is down or slow from slowing everyone: a call that fails or takes too long is given up, and for a moment
/// after it no other is tried. A call that was given up may still have its effect.
/// </summary>
internal sealed class RedisPause(TimeProvider time, ILogger<RedisPause> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private long _pausedUntil;

    /// <summary>How long a call may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether calls are being skipped.</summary>
    private bool IsPaused => time.GetUtcNow().UtcTicks < Interlocked.Read(ref _pausedUntil);

    /// <summary>Runs a call unless there is a pause; tells whether it was answered, and what.</summary>
    public async Task<(bool Answered, T? Answer)> TryAsync<T>(Func<Task<T>> call)
    {
        if (IsPaused)
        {
            return (false, default);
        }

        try
        {
            return (true, await call().WaitAsync(Patience));
        }
        catch (Exception e) when (e is RedisException or TimeoutException or OperationCanceledException)
        {
            Interlocked.Exchange(ref _pausedUntil, (time.GetUtcNow() + Pause).UtcTicks);
            logger.LogWarning("Redis does not answer ({Failure}); places are read from the store meanwhile.", e.GetType().Name);
            return (false, default);
        }
    }

    /// <inheritdoc cref="TryAsync{T}"/>
    public async Task<(bool Answered, bool Answer)> TryAsync(Func<Task> call) =>
        await TryAsync(async () =>
        {
            await call();
            return true;
        });
}
