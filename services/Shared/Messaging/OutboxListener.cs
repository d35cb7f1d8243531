using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Platform.Shared.Persistence;

namespace Platform.Shared.Messaging;

/// <summary>Wakes this process's relay for what other processes wrote, on PostgreSQL, over a connection of its own.</summary>
internal sealed class OutboxListener<TDb>(
    IDbContextFactory<TDb> contexts,
    OutboxSignal signal,
    IOptions<MessagingOptions> options,
    TimeProvider time,
    ILogger<OutboxListener<TDb>> logger) : BackgroundService
    where TDb : ServiceDbContext
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            for (var failures = 1; !stoppingToken.IsCancellationRequested; failures++)
            {
                try
                {
                    await using var db = await contexts.CreateDbContextAsync(stoppingToken);
                    if (!db.IsPostgres)
                    {
                        return;
                    }

                    await db.Database.OpenConnectionAsync(stoppingToken);
                    var connection = (NpgsqlConnection)db.Database.GetDbConnection();
                    connection.Notification += (_, _) => signal.Set();
                    await db.Database.ExecuteSqlRawAsync($"LISTEN {OutboxSignal.Channel}", stoppingToken);
                    failures = 0;
                    while (true)
                    {
                        // What was written before it listened, or while it did not.
                        signal.Set();
                        await connection.WaitAsync(stoppingToken);
                    }
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    logger.LogWarning(e, "The outbox is not listened to; the relay polls until it is again");
                    await Task.Delay(options.Value.Backoff(failures + 1), time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }
}
