using Platform.Contracts.Events.Enrollment;
using Platform.Shared.Messaging;

namespace Platform.Enrollment.Capacity;

/// <summary>
/// Brings a change of places to the cache once more, from the event: the process that made the change may have died between its
/// commit and its write to the cache.
/// </summary>
internal sealed class CapacityChangedHandler(CapacityMirror mirror) : IEventHandler<EnrollmentDbContext, ProgramCapacityChanged>
{
    public Task HandleAsync(EnrollmentDbContext db, ProgramCapacityChanged domainEvent, CancellationToken cancellationToken)
    {
        var network = db.NetworkId;
        var counts = new PlaceCounts(domainEvent.Licensed, domainEvent.Occupied, domainEvent.Held, domainEvent.Version);

        // Version 1 is a program that was just opened: the cache does not know the site or the program yet.
        db.AfterCommit(_ => domainEvent.Version == 1
            ? mirror.SitesChangedAsync(network, [domainEvent.SiteId])
            : mirror.CountsChangedAsync(network, domainEvent.SiteId, domainEvent.ProgramId, counts));
        return Task.CompletedTask;
    }
}
