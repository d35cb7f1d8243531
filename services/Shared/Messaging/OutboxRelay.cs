using System.Collections.Concurrent;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Shared.Persistence;

namespace Platform.Shared.Messaging;

/// <summary>
/// Publishes what the outbox holds. Any number of relays share one outbox: each claims a batch by state, commits, publishes,
/// awaits the confirms and deletes. When it dies in between, the lease ends and another publishes the batch again, with the same
/// message ids.
/// </summary>
internal sealed class OutboxRelay<TDb>(
    Outbox<TDb> outbox,
    EventPublisher publisher,
    IBusControl bus,
    OutboxSignal signal,
    IDbContextFactory<TDb> contexts,
    IOptions<MessagingOptions> options,
    MessagingMetrics metrics,
    TimeProvider time,
    ILogger<OutboxRelay<TDb>> logger) : BackgroundService
    where TDb : ServiceDbContext
{
    /// <summary>Batches under way at once: while one waits for confirms, another is claimed or deleted.</summary>
    internal const int Pumps = 2;

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        signal.HasRelay = true;
        return Task.WhenAll(Enumerable.Range(0, Pumps).Select(_ => PumpAsync(stoppingToken)));
    }

    private async Task PumpAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        var busy = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var (claimed, brokerIsAway) = await RelayBatchAsync(stoppingToken);
                failures = brokerIsAway ? failures + 1 : 0;
                if (!brokerIsAway && claimed == options.Value.BatchSize)
                {
                    if (!busy)
                    {
                        await ShareAsync(stoppingToken);
                    }

                    busy = true;
                    continue;
                }

                if (claimed > 0 && !brokerIsAway)
                {
                    await Task.Delay(options.Value.Linger, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
            catch (Exception e)
            {
                if (stoppingToken.IsCancellationRequested)
                {
                    return;
                }

                failures++;
                logger.LogWarning(e, "The outbox could not be relayed; trying again");
            }

            busy = false;
            await WaitAsync(failures, stoppingToken);
        }
    }

    /// <summary>Relays one batch.</summary>
    internal async Task<(int Claimed, bool BrokerIsAway)> RelayBatchAsync(CancellationToken cancellationToken)
    {
        var owner = Guid.CreateVersion7(time.GetUtcNow());
        var claimed = await outbox.ClaimAsync(owner, cancellationToken);
        if (claimed.Count == 0)
        {
            return (0, false);
        }

        var (settlement, brokerIsAway) = await PublishAsync(claimed, cancellationToken);
        if (brokerIsAway)
        {
            logger.LogWarning("The broker does not confirm; {Events} events go back to wait", settlement.Released.Count);
        }

        // Not cancelled when the host stops: what is confirmed is deleted, what is not goes back for the next relay at once.
        foreach (var dead in await outbox.SettleAsync(owner, settlement, CancellationToken.None))
        {
            metrics.Died(dead.EventName);
            logger.LogWarning("{Event} {MessageId} is among the dead after {Attempts} attempts", dead.EventName, dead.Id, dead.Attempts);
        }

        metrics.Published(settlement.Published.Count);
        return (claimed.Count, brokerIsAway);
    }

    /// <summary>
    /// 1. All keys at once, the rows of one key one after the other: when a row fails, none of its key has overtaken it.
    /// 2. Keys that failed in a way that may be another's fault, each alone.
    /// 3. What fails alone while the broker takes others and is well has failed for its own sake; otherwise the broker is away.
    /// </summary>
    private async Task<(Settlement Settlement, bool BrokerIsAway)> PublishAsync(
        List<OutboxMessage> claimed, CancellationToken cancellationToken)
    {
        var settlement = new Settlement();
        var doubtful = new ConcurrentBag<Queue<OutboxMessage>>();
        using (var together = Limit(cancellationToken))
        {
            await Task.WhenAll(claimed.GroupBy(m => m.PartitionKey).Select(async key =>
            {
                var rows = new Queue<OutboxMessage>(key);
                if (await PublishKeyAsync(rows, settlement, together.Token) is { } failure)
                {
                    if (BrokerFailure.MayBeOfOthers(failure))
                    {
                        doubtful.Add(rows);
                    }
                    else
                    {
                        Fail(rows, failure, settlement);
                    }
                }
            }));
        }

        var brokerIsAway = !doubtful.IsEmpty && settlement.Published.Count == 0 && !IsWell();
        using var alone = Limit(cancellationToken);
        foreach (var rows in doubtful)
        {
            if (brokerIsAway)
            {
                settlement.Released.AddRange(rows);
            }
            else if (await PublishKeyAsync(rows, settlement, alone.Token) is { } failure)
            {
                if (BrokerFailure.MayBeOfOthers(failure) && !(settlement.Published.Count > 0 && IsWell()))
                {
                    brokerIsAway = true;
                    settlement.Released.AddRange(rows);
                }
                else
                {
                    Fail(rows, failure, settlement);
                }
            }
        }

        return (settlement, brokerIsAway);
    }

    /// <summary>Publishes rows of one key in order until one fails, which stays at the head of <paramref name="rows"/>.</summary>
    private async Task<Exception?> PublishKeyAsync(Queue<OutboxMessage> rows, Settlement settlement, CancellationToken cancellationToken)
    {
        while (rows.TryPeek(out var row))
        {
            try
            {
                // More claims than attempts: whoever claimed it never came to settle it.
                if (row.Attempts > options.Value.PublishAttempts)
                {
                    return new InvalidOperationException("The relay ended each time that it had claimed this event.");
                }

                await publisher.PublishAsync(row, cancellationToken);
            }
            catch (Exception e)
            {
                return e;
            }

            lock (settlement)
            {
                settlement.Published.Add(rows.Dequeue());
            }
        }

        return null;
    }

    private void Fail(Queue<OutboxMessage> rows, Exception failure, Settlement settlement)
    {
        var row = rows.Dequeue();
        logger.LogWarning(failure, "{Event} {MessageId} was not published", row.EventName, row.Id);
        lock (settlement)
        {
            settlement.Failed.Add((row, $"{failure.GetType().Name}: {failure.Message}"));
            settlement.Released.AddRange(rows);
        }
    }

    private bool IsWell() => bus.CheckHealth().Status == BusHealthStatus.Healthy;

    /// <summary>A host that stops still waits a moment for the confirms of what is on its way.</summary>
    private Limited Limit(CancellationToken stopping) => new(options.Value.PublishTimeout, stopping);

    /// <summary>There is more than one batch: the other pump and other relays may help.</summary>
    private async Task ShareAsync(CancellationToken cancellationToken)
    {
        signal.Set();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (db.IsPostgres)
        {
            await OutboxSignal.NotifyAsync(db);
        }
    }

    private async Task WaitAsync(int failures, CancellationToken stoppingToken)
    {
        var wait = failures == 0
            ? signal.WaitAsync(options.Value.PollInterval, stoppingToken)
            : Task.Delay(options.Value.Backoff(failures), time, stoppingToken);
        await wait.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private sealed class Limited : IDisposable
    {
        private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

        private readonly CancellationTokenSource _limit;
        private readonly CancellationTokenRegistration _stopping;

        public Limited(TimeSpan limit, CancellationToken stopping)
        {
            _limit = new CancellationTokenSource(limit);
            _stopping = stopping.Register(() => _limit.CancelAfter(Grace));
        }

        public CancellationToken Token => _limit.Token;

        public void Dispose()
        {
            _stopping.Dispose();
            _limit.Dispose();
        }
    }
}
