using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Capacity;

/// <summary>
/// Puts scheduled numbers of places into effect soon after their day began at the site, in all networks. Any number of processes may
/// sweep at once. Nobody gets a place by an older number before it comes: whoever takes a place applies what is due.
/// </summary>
internal sealed class CapacityScheduleSweeper(
    Database<EnrollmentDbContext> database, CapacityLedger ledger, TimeProvider time, ILogger<CapacityScheduleSweeper> logger)
    : BackgroundService
{
    private const int AtOnce = 100;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    /// <summary>Sweeps all networks once.</summary>
    /// <returns>Of how many programs the places were looked at.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var networks = await database.ReadAsync(
            ServiceDbContext.AllNetworks,
            (db, ct) => db.Networks.Select(n => n.NetworkId).OrderBy(id => id).ToListAsync(ct),
            cancellationToken);
        var total = 0;
        foreach (var network in networks)
        {
            IReadOnlyList<Due> due;
            do
            {
                // A look before the transaction: on most days nothing changes, and SQLite has one writer.
                due = await database.ReadAsync(network, DueAsync, cancellationToken);
                if (due.Count > 0)
                {
                    await database.WriteAsync(network, actor: null, (db, ct) => ApplyAsync(db, due, ct), cancellationToken);
                }

                total += due.Count;
            }
            while (due.Count == AtOnce);
        }

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
                    logger.LogWarning("Scheduled capacity could not be applied ({Failure}); the next round tries again.", e.GetType().Name);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private static async Task<IReadOnlyList<Due>> DueAsync(EnrollmentDbContext db, CancellationToken cancellationToken) =>
        await db.Capacities
            .Where(c => c.ChangesAt <= db.Now)
            .OrderBy(c => c.ProgramId)
            .Take(AtOnce)
            .Select(c => new Due(c.SiteId, c.ProgramId))
            .ToListAsync(cancellationToken);

    /// <summary>In the order of their ids, as everyone does who changes several programs.</summary>
    private async Task<bool> ApplyAsync(EnrollmentDbContext db, IReadOnlyList<Due> due, CancellationToken cancellationToken)
    {
        foreach (var program in due)
        {
            await ledger.ApplyDueAsync(db, program.SiteId, program.ProgramId, cancellationToken);
        }

        return true;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Due(Guid SiteId, Guid ProgramId);
}
