using System.Text.Json;
using StackExchange.Redis;

namespace Platform.Enrollment.Capacity;

/// <summary>
/// Hears what is written to Redis. Redis keeps no message for who is away, so two things are noted: every connection that was
/// lost, though it be back at once; and whether a message of this process to itself comes through, which shows a Redis that is
/// frozen behind a connection that stands.
/// </summary>
internal sealed class RedisFeed : IDisposable
{
    /// <summary>On a busy machine an echo is late though Redis is well: longer than what a caller waits for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly IConnectionMultiplexer _redis;
    private readonly RedisPause _pause;
    private readonly Guid _process = Guid.NewGuid();
    private readonly SemaphoreSlim _echoing = new(1, 1);
    private volatile Echo? _echo;
    private long _interruptions;

    public RedisFeed(IConnectionMultiplexer redis, RedisPause pause)
    {
        (_redis, _pause) = (redis, pause);
        _redis.ConnectionFailed += (_, _) => Interlocked.Increment(ref _interruptions);
        _redis.ConnectionRestored += (_, _) => Interlocked.Increment(ref _interruptions);
    }

    /// <summary>How often messages may have been lost.</summary>
    public long Interruptions => Interlocked.Read(ref _interruptions);

    /// <summary>A change as it is told.</summary>
    public static string Text(CapacityChange change) => JsonSerializer.Serialize(change);

    /// <summary>Tells a follower of all changes in a network from now on; false when Redis did not answer.</summary>
    public async Task<bool> FollowAsync(Guid networkId, Action<CapacityChange> follower)
    {
        var (answered, _) = await _pause.TryAsync(() => _redis.GetSubscriber().SubscribeAsync(
            RedisKeys.Changes(networkId),
            (_, message) =>
            {
                if (Parse(message!) is { } change)
                {
                    follower(change);
                }
            }));
        return answered;
    }

    /// <summary>Whether a message comes through now. It is tried also while other calls are skipped because one was late.</summary>
    public async Task<bool> IsHeardAsync()
    {
        await _echoing.WaitAsync();
        try
        {
            await EchoAsync().WaitAsync(Patience);
            return true;
        }
        catch (Exception e) when (e is RedisException or TimeoutException or OperationCanceledException)
        {
            return false;
        }
        finally
        {
            _echoing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _echoing.Dispose();

    private async Task EchoAsync()
    {
        if (_echo is null)
        {
            await _redis.GetSubscriber().SubscribeAsync(RedisKeys.Echo(_process), (_, word) => _echo?.Hear(word!));
        }

        var echo = new Echo(Guid.NewGuid().ToString("N"));
        _echo = echo;
        await _redis.GetDatabase().PublishAsync(RedisKeys.Echo(_process), echo.Word);
        await echo.Heard.WaitAsync(Patience);
    }

    /// <summary>A change that was told; null when it is none that is known here, such as a newer release's.</summary>
    private static CapacityChange? Parse(string message)
    {
        try
        {
            return JsonSerializer.Deserialize<CapacityChange>(message);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>A word that this process says to itself.</summary>
    private sealed record Echo(string Word)
    {
        private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Heard => _heard.Task;

        public void Hear(string word)
        {
            if (word == Word)
            {
                _heard.TrySetResult();
            }
        }
    }
}
