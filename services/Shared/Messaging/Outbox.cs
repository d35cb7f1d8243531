using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Platform.Shared.Persistence;

namespace Platform.Shared.Messaging;

/// <summary>What became of a claimed batch.</summary>
internal sealed class Settlement
{
    /// <summary>Confirmed by the broker.</summary>
    public List<OutboxMessage> Published { get; } = [];

    /// <summary>Not attempted, or in vain because the broker is away.</summary>
    public List<OutboxMessage> Released { get; } = [];

    /// <summary>Refused for their own sake.</summary>
    public List<(OutboxMessage Message, string Error)> Failed { get; } = [];
}

/// <summary>The events that wait to be published, as the relay sees them: of all networks, and without their business rows.</summary>
internal sealed class Outbox<TDb>(Database<TDb> database, IOptions<MessagingOptions> options)
    where TDb : ServiceDbContext
{
    private const int LongestError = 500;

    /// <summary>Claims a batch and commits: whatever happens to this process, the lease ends by itself.</summary>
    /// <returns>The batch, by position; each key's rows are the first of that key.</returns>
    public Task<List<OutboxMessage>> ClaimAsync(Guid owner, CancellationToken cancellationToken) =>
        database.WriteAsync(
            ServiceDbContext.AllNetworks,
            null,
            async (db, token) =>
            {
                var lease = options.Value.Lease;
                var claimed = await db.Outbox
                    .FromSqlRaw(
                        db.IsPostgres ? OutboxSql.ClaimOnPostgres : OutboxSql.ClaimOnSqlite,
                        db.IsPostgres ? owner : owner.ToString("D").ToUpperInvariant(),
                        db.IsPostgres ? lease : (long)lease.TotalMicroseconds,
                        options.Value.BatchSize,
                        db.Stored(db.Now))
                    .IgnoreQueryFilters()
                    .AsNoTracking()
                    .ToListAsync(token);
                claimed.Sort((a, b) => a.Position.CompareTo(b.Position));
                return claimed;
            },
            cancellationToken);

    /// <summary>
    /// Writes down what became of a batch, at once. Rows whose lease ended meanwhile and that another claim has taken are left to it.
    /// </summary>
    /// <returns>Those that were put among the dead.</returns>
    public Task<List<OutboxMessage>> SettleAsync(Guid owner, Settlement settlement, CancellationToken cancellationToken) =>
        database.WriteAsync(
            ServiceDbContext.AllNetworks,
            null,
            async (db, token) =>
            {
                if (settlement.Published.Count > 0)
                {
                    var published = settlement.Published.ConvertAll(m => m.Position);
                    await db.Outbox.Where(m => m.LeaseOwner == owner && published.Contains(m.Position)).ExecuteDeleteAsync(token);
                }

                if (settlement.Released.Count > 0)
                {
                    await ReleaseAsync(db, owner, settlement.Released.ConvertAll(m => m.Position), token);
                }

                var dead = new List<OutboxMessage>();
                foreach (var (message, error) in settlement.Failed)
                {
                    if (await FailAsync(db, owner, message, error[..Math.Min(error.Length, LongestError)], token))
                    {
                        dead.Add(message);
                    }
                }

                return dead;
            },
            cancellationToken);

    private static Task<int> ReleaseAsync(TDb db, Guid owner, List<long> released, CancellationToken cancellationToken) =>
        db.Outbox.Where(m => m.LeaseOwner == owner && released.Contains(m.Position)).ExecuteUpdateAsync(
            row => row
                .SetProperty(m => m.Attempts, m => m.Attempts - 1)
                .SetProperty(m => m.LeaseOwner, (Guid?)null)
                .SetProperty(m => m.LeaseUntil, (DateTimeOffset?)null),
            cancellationToken);

    private async Task<bool> FailAsync(
        TDb db, Guid owner, OutboxMessage message, string error, CancellationToken cancellationToken)
    {
        var mine = db.Outbox.Where(m => m.LeaseOwner == owner && m.Position == message.Position);
        if (message.Attempts < options.Value.PublishAttempts)
        {
            var again = db.Now + options.Value.Backoff(message.Attempts);
            await mine.ExecuteUpdateAsync(
                row => row
                    .SetProperty(m => m.NextAttemptAt, again)
                    .SetProperty(m => m.LastError, error)
                    .SetProperty(m => m.LeaseOwner, (Guid?)null)
                    .SetProperty(m => m.LeaseUntil, (DateTimeOffset?)null),
                cancellationToken);
            return false;
        }

        if (await mine.ExecuteDeleteAsync(cancellationToken) == 0)
        {
            return false;
        }

        db.DeadMessages.Add(DeadMessage.From(message, error, db.Now));
        return true;
    }
}
