using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Capacity;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Placement;

/// <summary>
/// Every few seconds gives back the places of lapsed offers, in all networks, and brings the cache what it missed. Any number of
/// processes may sweep at once. An offer that no sweeper has come to yet holds nothing all the same: whoever needs the place
/// lapses it.
/// </summary>
internal sealed class OfferSweeper(
    Database<EnrollmentDbContext> database, OfferLapse lapse, CapacityMirror mirror, TimeProvider time, ILogger<OfferSweeper> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    /// <summary>Sweeps all networks once.</summary>
    /// <returns>How many offers lapsed.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var networks = await database.ReadAsync(
            Guid.Empty, (db, ct) => db.Networks.IgnoreQueryFilters().Select(n => n.NetworkId).OrderBy(id => id).ToListAsync(ct), cancellationToken);
        var total = 0;
        foreach (var network in networks)
        {
            try
            {
                total += await SweepAsync(network, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // One network's trouble does not keep the places of the others.
                logger.LogWarning(
                    "Lapsed offers of network {Network} could not be swept ({Failure}); the next round tries again.", network, e.GetType().Name);
            }
        }

        await mirror.RepairAsync(cancellationToken);
        return total;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await SweepAsync(stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    logger.LogWarning("Lapsed offers could not be swept ({Failure}); the next round tries again.", e.GetType().Name);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task<int> SweepAsync(Guid network, CancellationToken cancellationToken)
    {
        var total = 0;
        int lapsed;
        do
        {
            // A look before the transaction: most networks have nothing to lapse most of the time, and SQLite has one writer.
            if (!await database.ReadAsync(network, AnyExpiredAsync, cancellationToken))
            {
                break;
            }

            lapsed = await database.WriteAsync(
                network, OfferLapse.Actor, (db, ct) => lapse.LapseAsync(db, ct), cancellationToken);
            total += lapsed;
        }
        while (lapsed == OfferLapse.AtOnce);
        return total;
    }

    private static async Task<bool> AnyExpiredAsync(EnrollmentDbContext db, CancellationToken cancellationToken)
    {
        var clock = await db.ClockAsync(cancellationToken);
        return await db.Offers.AnyAsync(o => o.Status == OfferStatus.Held && o.ExpiresAt <= clock, cancellationToken);
    }
}
