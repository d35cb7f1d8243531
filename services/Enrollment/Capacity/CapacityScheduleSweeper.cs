using Microsoft.EntityFrameworkCore;
using Platform.Shared.Persistence;
using Platform.Shared.Workers;

namespace Platform.Enrollment.Capacity;

/// <summary>
/// Puts scheduled numbers of places into effect soon after their day began at the site. Nobody gets a place by an older number before
/// it comes: whoever takes a place applies what is due.
/// </summary>
internal sealed class CapacityScheduleSweeper(
    Database<EnrollmentDbContext> database, CapacityLedger ledger, TimeProvider time, ILogger<CapacityScheduleSweeper> logger)
    : NetworkWorker<EnrollmentDbContext>(database, time, logger)
{
    private const int AtOnce = 100;

    /// <inheritdoc/>
    protected override TimeSpan Interval { get; } = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    protected override Task<List<Guid>> DueAsync(EnrollmentDbContext db, CancellationToken cancellationToken) => db.Networks
        .IgnoreQueryFilters()
        .Where(n => db.Capacities.Any(c => c.NetworkId == n.NetworkId && c.ChangesAt <= db.Now))
        .Select(n => n.NetworkId)
        .ToListAsync(cancellationToken);

    /// <inheritdoc/>
    protected override Task<bool> ServeAsync(Guid networkId, CancellationToken cancellationToken) =>
        Database.WriteAsync(networkId, actor: null, ApplyAsync, cancellationToken);

    /// <summary>In the order of their ids, as everyone does who changes several programs.</summary>
    private async Task<bool> ApplyAsync(EnrollmentDbContext db, CancellationToken cancellationToken)
    {
        var due = await db.Capacities
            .Where(c => c.ChangesAt <= db.Now)
            .OrderBy(c => c.ProgramId)
            .Take(AtOnce)
            .Select(c => new { c.SiteId, c.ProgramId })
            .ToListAsync(cancellationToken);
        foreach (var program in due)
        {
            await ledger.ApplyDueAsync(db, program.SiteId, program.ProgramId, cancellationToken);
        }

        return due.Count < AtOnce;
    }
}
