using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Shared.Persistence;

namespace Platform.Shared.Messaging;

/// <summary>Measures the backlog for the metrics, and forgets handled messages that nobody can send again.</summary>
internal sealed class Housekeeping<TDb>(
    Database<TDb> database,
    IOptions<MessagingOptions> options,
    MessagingMetrics metrics,
    TimeProvider time,
    ILogger<Housekeeping<TDb>> logger) : BackgroundService
    where TDb : ServiceDbContext
{
    private const int Batch = 1_000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.HousekeepingInterval, time);
        try
        {
            do
            {
                try
                {
                    metrics.Measured(await MeasureAsync(stoppingToken));
                    await PurgeAsync(stoppingToken);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    logger.LogWarning(e, "The housekeeping of messages failed; trying again in {Interval}", options.Value.HousekeepingInterval);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private Task<Backlog> MeasureAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(
            ServiceDbContext.AllNetworks,
            async (db, token) =>
            {
                var oldest = await db.Outbox.OrderBy(m => m.Position).Select(m => (DateTimeOffset?)m.CreatedAt).FirstOrDefaultAsync(token);
                return new Backlog(
                    await db.Outbox.LongCountAsync(token), db.Now - (oldest ?? db.Now), await db.DeadMessages.LongCountAsync(token));
            },
            cancellationToken);

    private async Task PurgeAsync(CancellationToken cancellationToken)
    {
        // A short transaction each, so that nobody waits for long.
        while (await database.WriteAsync(ServiceDbContext.AllNetworks, null, DeleteAsync, cancellationToken) == Batch)
        {
            continue;
        }

        Task<int> DeleteAsync(TDb db, CancellationToken token) => db.Database.ExecuteSqlAsync(
            $"""
             DELETE FROM inbox_message WHERE (consumer, message_id) IN (
                 SELECT consumer, message_id FROM inbox_message
                 WHERE handled_at < {db.Stored(db.Now - options.Value.InboxRetention)} ORDER BY handled_at LIMIT {Batch})
             """,
            token);
    }
}
