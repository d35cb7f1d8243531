using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Shared.Hosting;
using Platform.Shared.Messaging;

namespace Platform.Shared.Persistence;

/// <summary>
/// Makes sure, before anything else starts, that the store is there, is of this version, and is used by a role that row-level
/// security binds. A database that does not answer yet is waited for a while.
/// </summary>
internal sealed class StoreStartup<TDb>(
    IDbContextFactory<TDb> contexts, StoreOptions store, OutboxSignal signal, IEnumerable<RowUpgrade<TDb>> upgrades, TimeProvider time,
    ILogger<StoreStartup<TDb>> logger)
    : IHostedLifecycleService
    where TDb : ServiceDbContext
{
    private const int Attempts = 15;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (store.Postgres is null)
        {
            await EmbeddedFile.OpenAsync<TDb>(store.File, UpgradeRowsAsync, cancellationToken);
            return;
        }

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await CheckAsync(store.Postgres, cancellationToken);
                return;
            }
            catch (PostgresException e) when (!e.IsTransient)
            {
                throw new StartRefusedException($"The database cannot be used: {e.SqlState} {e.MessageText}.");
            }
            catch (NpgsqlException) when (attempt < Attempts)
            {
                logger.LogWarning("The database does not answer; attempt {Attempt} of {Attempts}", attempt, Attempts);
                await Task.Delay(TimeSpan.FromSeconds(2), time, cancellationToken);
            }
            catch (NpgsqlException)
            {
                throw new StartRefusedException("The database does not answer (ConnectionStrings:Postgres).");
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task UpgradeRowsAsync(IDbContextFactory<TDb> file, CancellationToken cancellationToken)
    {
        using var database = new Database<TDb>(file, signal, time);
        foreach (var upgrade in upgrades)
        {
            foreach (var line in await upgrade.RunAsync(database, cancellationToken))
            {
                logger.LogInformation("Upgrade of the embedded file: {Done}", line);
            }
        }
    }

    private async Task CheckAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using (var connection = await source.OpenConnectionAsync(cancellationToken))
        {
            await using var command = new NpgsqlCommand(
                "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user", connection);
            if (await command.ExecuteScalarAsync(cancellationToken) is true)
            {
                throw new StartRefusedException(
                    $"The role of ConnectionStrings:Postgres is not bound by row-level security. Use the application role, and the owner for migrate only.");
            }
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var pending = (await db.Database.GetPendingMigrationsAsync(cancellationToken)).ToList();
        if (pending.Count > 0)
        {
            throw new StartRefusedException($"The database lacks {pending.Count} migration(s), from {pending[0]} on. Run migrate first.");
        }
    }
}
