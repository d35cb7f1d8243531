using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Shared.Workers;

/// <summary>
/// Does in the background what is due in the networks, round by round. A round asks once in which of all networks something is due,
/// and serves these one after the other; the trouble of one does not keep the others waiting. What is due stands in the tables: any
/// number of processes may work at once, and what one leaves behind is found by the next.
/// </summary>
/// <typeparam name="TDb">The service's store.</typeparam>
public abstract class NetworkWorker<TDb>(Database<TDb> database, TimeProvider time, ILogger logger) : BackgroundService
    where TDb : ServiceDbContext
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>The store.</summary>
    protected Database<TDb> Database => database;

    /// <summary>How long it waits after a round that left nothing to do.</summary>
    protected abstract TimeSpan Interval { get; }

    /// <summary>Makes one round.</summary>
    /// <returns>Whether nothing is left that could be done at once.</returns>
    public virtual async Task<bool> RunAsync(CancellationToken cancellationToken) =>
        await ServeAsync(await database.ReadAsync(ServiceDbContext.AllNetworks, DueAsync, cancellationToken), cancellationToken);

    /// <summary>The networks in which something is due, of rows that are <see cref="IFoundByWorkers"/>, in a fixed number of queries.</summary>
    /// <param name="db">Serves all networks; its query filters are to be ignored.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    protected abstract Task<List<Guid>> DueAsync(TDb db, CancellationToken cancellationToken);

    /// <summary>Does what is due in a network, in transactions of its own.</summary>
    /// <returns>Whether nothing is left that could be done at once.</returns>
    protected abstract Task<bool> ServeAsync(Guid networkId, CancellationToken cancellationToken);

    /// <summary>Waits for the next round, or until something is known to be due in some networks.</summary>
    /// <returns>These networks.</returns>
    protected virtual async Task<IReadOnlyList<Guid>> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        await Task.Delay(atMost, time, cancellationToken);
        return [];
    }

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            IReadOnlyList<Guid> named = [];
            var lastRound = (long?)null;
            while (true)
            {
                var done = true;
                try
                {
                    if (lastRound is null || Stopwatch.GetElapsedTime(lastRound.Value) >= Interval)
                    {
                        lastRound = Stopwatch.GetTimestamp();
                        done = await RunAsync(stoppingToken);
                    }
                    else
                    {
                        done = await ServeAsync(named, stoppingToken);
                    }

                    lastRound = done ? lastRound : null;
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    logger.LogWarning("{Worker} made no round ({Failure}); it tries again.", GetType().Name, NameOf(e));
                }

                named = await WaitAsync(done ? Interval : Pause, stoppingToken);
            }
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; what a round could not do for that, or because the database is away, is still due.
        }
    }

    /// <summary>What may be said of a failure in the log: not its message, but the code of an error of the domain.</summary>
    private static string NameOf(Exception failure) =>
        failure is DomainException known ? $"{nameof(DomainException)} {known.Error.Code}" : failure.GetType().Name;

    private async Task<bool> ServeAsync(IReadOnlyList<Guid> networks, CancellationToken cancellationToken)
    {
        var done = true;
        foreach (var network in networks)
        {
            try
            {
                done &= await ServeAsync(network, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // Not the message of the failure, which may say whom it was about.
                logger.LogWarning(
                    "{Worker} could not serve network {Network} ({Failure}); the next round tries again.",
                    GetType().Name, network, NameOf(e));
            }
        }

        return done;
    }
}
