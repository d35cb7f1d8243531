using System.Collections.Concurrent;

namespace Platform.Enrollment.Capacity;

/// <summary>
/// Wakes the waitlist of this process after a place came open. What is to be done stands in the tables, so a signal that is lost with
/// its process costs the next round's wait and nothing else.
/// </summary>
internal sealed class WaitlistSignal : IDisposable
{
    private readonly SemaphoreSlim _set = new(0, 1);
    private readonly ConcurrentDictionary<Guid, bool> _networks = new();

    /// <summary>Says that there may be something to offer in a network.</summary>
    public void Set(Guid networkId)
    {
        _networks[networkId] = true;
        try
        {
            _set.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is set already.
        }
    }

    /// <summary>The networks that were named since this was asked last.</summary>
    public IReadOnlyList<Guid> Take() => [.. _networks.Keys.Where(network => _networks.TryRemove(network, out _))];

    /// <summary>Waits for the signal, at most <paramref name="atMost"/>.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => _set.WaitAsync(atMost, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _set.Dispose();
}
