using Microsoft.EntityFrameworkCore;
using Npgsql;
using Platform.Shared.Persistence;

namespace Platform.Shared.Messaging;

/// <summary>
/// Wakes a relay when something was written to the outbox: the relay of this process, or by NOTIFY those of others when this
/// process has none. A lost signal costs a poll interval, never an event.
/// </summary>
public sealed class OutboxSignal : IDisposable
{
    internal const string Channel = "platform_outbox";

    private readonly SemaphoreSlim _set = new(0, 1);

    /// <summary>Whether a relay of this process waits for the signal.</summary>
    internal bool HasRelay { get; set; }

    /// <summary>Says that there is something to publish.</summary>
    public void Set()
    {
        try
        {
            _set.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is set already.
        }
    }

    /// <summary>Waits for the signal, at most <paramref name="atMost"/>.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => _set.WaitAsync(atMost, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _set.Dispose();

    /// <summary>
    /// Says it after a commit. Never inside the transaction: PostgreSQL lets transactions that notify commit one at a time.
    /// </summary>
    internal async Task RaiseAsync(ServiceDbContext db)
    {
        if (HasRelay || !db.IsPostgres)
        {
            Set();
            return;
        }

        await NotifyAsync(db);
    }

    /// <summary>Wakes the relays of all processes.</summary>
    internal static async Task NotifyAsync(ServiceDbContext db)
    {
        try
        {
            await db.Database.ExecuteSqlAsync($"SELECT pg_notify({Channel}, '')");
        }
        catch (NpgsqlException)
        {
            // What was committed stands, and the poll finds it.
        }
    }
}
