using System.Collections.Concurrent;

namespace Platform.Shared.Messaging;

/// <summary>
/// Makes a broker in memory lose nothing, where all services run in one process. Its queues die with the process, so an event
/// counts as confirmed, and leaves the outbox, only when every service that handles it has handled it; and nothing is sent before
/// all services have their queues. One instance is shared by all hosts of the process.
/// </summary>
public sealed class EmbeddedDelivery
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, bool>> _queues = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(Guid MessageId, string Queue), TaskCompletionSource> _awaited = new();
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Says that all services are there; what waits in their outboxes goes out.</summary>
    public void Open() => _open.TrySetResult();

    /// <summary>Notes that what is sent to <paramref name="exchange"/> comes to <paramref name="queue"/>.</summary>
    internal void Subscribe(string exchange, string queue) =>
        _queues.GetOrAdd(exchange, _ => new ConcurrentDictionary<string, bool>(StringComparer.Ordinal))[queue] = true;

    /// <summary>Notes that a message has been handled, or refused for good, at a queue.</summary>
    internal void Settled(Guid messageId, string queue)
    {
        if (_awaited.TryGetValue((messageId, queue), out var settled))
        {
            settled.TrySetResult();
        }
    }

    /// <summary>Sends a message and returns when every queue has settled it.</summary>
    /// <exception cref="OperationCanceledException">It was not settled in time; it may be sent again.</exception>
    internal async Task SendAsync(Guid messageId, string exchange, Func<Task> send, CancellationToken cancellationToken)
    {
        await _open.Task.WaitAsync(cancellationToken);
        var keys = _queues.TryGetValue(exchange, out var queues) ? queues.Keys.Select(queue => (messageId, queue)).ToArray() : [];
        var settled = Array.ConvertAll(
            keys, key => _awaited.GetOrAdd(key, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task);
        try
        {
            await send();
            await Task.WhenAll(settled).WaitAsync(cancellationToken);
        }
        finally
        {
            foreach (var key in keys)
            {
                _awaited.TryRemove(key, out _);
            }
        }
    }
}
