using System.Threading.Channels;

namespace Platform.Billing.Charges;

/// <summary>Wakes the <see cref="PricingWorker"/> of this process; a lost signal costs a poll interval, never a charge.</summary>
internal sealed class PricingSignal
{
    private readonly Channel<bool> _set = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Says that charges wait.</summary>
    public Task SetAsync() => _set.Writer.WriteAsync(item: true).AsTask();

    /// <summary>Waits for the signal, at most <paramref name="atMost"/>.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await _set.Reader.ReadAsync(cancellationToken).AsTask().WaitAsync(atMost, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The poll, for what another process put into the queue.
        }
    }
}
