using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Capacity;
using Platform.Shared.Persistence;
using Platform.Shared.Workers;

namespace Platform.Enrollment.Placement;

/// <summary>
/// Gives back the places of lapsed offers, and brings the cache what it missed. An offer that no sweeper has come to yet holds nothing
/// all the same: whoever needs the place lapses it.
/// </summary>
internal sealed class OfferSweeper(
    Database<EnrollmentDbContext> database, OfferLapse lapse, CapacityMirror mirror, TimeProvider time, ILogger<OfferSweeper> logger)
    : NetworkWorker<EnrollmentDbContext>(database, time, logger)
{
    /// <inheritdoc/>
    protected override TimeSpan Interval { get; } = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public override async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var done = await base.RunAsync(cancellationToken);
        await mirror.RepairAsync(cancellationToken);
        return done;
    }

    /// <inheritdoc/>
    protected override Task<List<Guid>> DueAsync(EnrollmentDbContext db, CancellationToken cancellationToken) => db.Networks
        .IgnoreQueryFilters()
        .Where(n => db.Offers.Any(o => o.NetworkId == n.NetworkId && o.Status == OfferStatus.Held && o.ExpiresAt <= db.Clock))
        .Select(n => n.NetworkId)
        .ToListAsync(cancellationToken);

    /// <inheritdoc/>
    protected override async Task<bool> ServeAsync(Guid networkId, CancellationToken cancellationToken) =>
        await Database.WriteAsync(networkId, OfferLapse.Actor, lapse.LapseAsync, cancellationToken) < OfferLapse.AtOnce;
}
