using Microsoft.EntityFrameworkCore;
using Platform.Shared.Auditing;
using Platform.Shared.Messaging;

namespace Platform.Shared.Persistence;

/// <summary>
/// Opens transactions on a service's store. The tenant is set transaction-locally, so that row-level security holds for whatever
/// runs inside and nothing of it stays on a pooled connection; a conflict that PostgreSQL asks to retry is retried; a violated
/// constraint becomes the domain error that the service names for it.
/// </summary>
/// <typeparam name="TDb">The service's store.</typeparam>
public sealed class Database<TDb>(IDbContextFactory<TDb> contexts, OutboxSignal signal, TimeProvider time) : IDisposable
    where TDb : ServiceDbContext
{
    private const int Attempts = 6;

    // A SQLite file has one writer. Its own waiting blocks a thread, so the writers of this process queue here.
    private readonly SemaphoreSlim _embeddedWriter = new(1, 1);

    /// <summary>
    /// Runs <paramref name="work"/> in one transaction of <paramref name="networkId"/>, saves, appends the audit rows and commits.
    /// The work may run more than once, so it has no effect outside the store; what must happen after it goes to
    /// <see cref="ServiceDbContext.AfterCommit"/>. When the connection is lost during the commit, UNAVAILABLE does not say whether
    /// it stands: a command that is repeated with its request id, or a message with its id, then finds out.
    /// </summary>
    /// <param name="networkId">The tenant, or <see cref="ServiceDbContext.AllNetworks"/> for a background worker.</param>
    /// <param name="actor">Who is audited; null when the work leaves no audit notes.</param>
    /// <param name="work">What to do.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    public Task<T> WriteAsync<T>(
        Guid networkId, AuditActor? actor, Func<TDb, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        WriteAsync(networkId, actor, static _ => [], (db, _, token) => work(db, token), cancellationToken);

    /// <summary>
    /// Runs <paramref name="work"/> as above, after statements with which the transaction opens: they travel with it, in one round
    /// trip.
    /// </summary>
    /// <param name="networkId">The tenant.</param>
    /// <param name="actor">Who is audited; null when the work leaves no audit notes.</param>
    /// <param name="opening">The statements.</param>
    /// <param name="work">What to do; it is told how many rows the last of the statements wrote.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    internal async Task<T> WriteAsync<T>(
        Guid networkId,
        AuditActor? actor,
        Func<TDb, IReadOnlyList<FormattableString>> opening,
        Func<TDb, int, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            db.Begin(networkId, Microseconds(time.GetUtcNow()));
            T result;
            try
            {
                result = db.IsPostgres
                    ? await TransactAsync(db, actor, opening(db), work, cancellationToken)
                    : await InTurnAsync(() => TransactAsync(db, actor, opening(db), work, cancellationToken), cancellationToken);
            }
            catch (Exception e) when (attempt < Attempts && StoreFailure.IsRetryable(e))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(5, 20 << attempt)), time, cancellationToken);
                continue;
            }
            catch (Exception e) when (StoreFailure.Translate(db, e) is { } error)
            {
                throw error.ToException();
            }

            if (db.Events.Count > 0)
            {
                await signal.RaiseAsync(db);
            }

            foreach (var action in db.TakeAfterCommit())
            {
                // The transaction stands: what follows it must not be cut short by a caller that went away.
                await action(CancellationToken.None);
            }

            return result;
        }
    }

    /// <summary>
    /// Runs <paramref name="work"/>, which only reads, on the rows of <paramref name="networkId"/>. Each query sees what is committed
    /// when it begins; several are not one view.
    /// </summary>
    public async Task<T> ReadAsync<T>(
        Guid networkId, Func<TDb, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Begin(networkId, Microseconds(time.GetUtcNow()));
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        try
        {
            if (!db.IsPostgres)
            {
                return await work(db, cancellationToken);
            }

            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            await Tenant.OpenAsync(db, [], cancellationToken);
            return await work(db, cancellationToken);
        }
        catch (Exception e) when (StoreFailure.Translate(db, e) is { } error)
        {
            throw error.ToException();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _embeddedWriter.Dispose();

    private static async Task<T> TransactAsync<T>(
        TDb db,
        AuditActor? actor,
        IReadOnlyList<FormattableString> opening,
        Func<TDb, int, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var opened = await Tenant.OpenAsync(db, opening, cancellationToken);
        var result = await work(db, opened, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        if (db.IsPostgres)
        {
            await Statements.CommitAsync(db, [.. db.CommitStatements, .. OutboxInsert.Of(db.Events), .. AuditChain.Links(db, actor)]);
            return result;
        }

        _ = await Statements.RunAsync(db, db.CommitStatements, cancellationToken);
        db.Outbox.AddRange(db.Events);
        await AuditChain.AppendAsync(db, actor, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);

        // Not cut short: of a commit that was cancelled on its way nobody knows whether it stands.
        await transaction.CommitAsync(CancellationToken.None);
        return result;
    }

    private async Task<T> InTurnAsync<T>(Func<Task<T>> write, CancellationToken cancellationToken)
    {
        await _embeddedWriter.WaitAsync(cancellationToken);
        try
        {
            return await write();
        }
        finally
        {
            _embeddedWriter.Release();
        }
    }

    /// <summary>PostgreSQL keeps microseconds; what was written and what is read back must be the same.</summary>
    private static DateTimeOffset Microseconds(DateTimeOffset instant) =>
        new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}
