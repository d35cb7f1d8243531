using Microsoft.EntityFrameworkCore;
using Platform.Shared.Messaging;
using Platform.Shared.Persistence;

namespace Platform.Shared.Tests.Sample;

/// <summary>The store of another service, which keeps a mirror of the tallies from their events.</summary>
public sealed class MirrorDbContext(DbContextOptions<MirrorDbContext> options) : ServiceDbContext(options)
{
    public DbSet<Mirror> Mirrors => Set<Mirror>();

    protected override void MapTables(ModelBuilder model) => model.Entity<Mirror>(e =>
    {
        e.ToTable("mirror");
        e.HasKey(m => m.Id);
    });
}

/// <summary>What is known of a tally.</summary>
public sealed class Mirror : ITenantOwned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public int Count { get; set; }

    public long Version { get; set; }

    /// <summary>How many events had an effect here or were found to be late.</summary>
    public int Handled { get; set; }
}

[EventName("mirror.tally-mirrored", SchemaVersion = 1)]
public sealed record TallyMirrored(Guid TallyId, long Version) : IDomainEvent;

/// <summary>Mirrors a tally, unless something newer is known, and says so.</summary>
public sealed class MirrorTally(HandlerFault fault) : IEventHandler<MirrorDbContext, TallyChanged>
{
    public async Task HandleAsync(MirrorDbContext db, TallyChanged domainEvent, CancellationToken cancellationToken)
    {
        var mirror = await db.Mirrors.SingleOrDefaultAsync(m => m.Id == domainEvent.TallyId, cancellationToken);
        if (mirror is null)
        {
            mirror = new Mirror { Id = domainEvent.TallyId, NetworkId = db.NetworkId };
            db.Mirrors.Add(mirror);
        }

        mirror.Handled++;
        if (domainEvent.Version > mirror.Version)
        {
            mirror.Version = domainEvent.Version;
            mirror.Count = domainEvent.Count;
        }

        db.Publish(new TallyMirrored(mirror.Id, domainEvent.Version), mirror.Id);
        await db.SaveChangesAsync(cancellationToken);
        fault.Throw(domainEvent);
    }
}

/// <summary>Makes the handler fail after it has written its rows, as often and in the way that a test wants.</summary>
public sealed class HandlerFault
{
    private int _calls;

    public int Calls => _calls;

    /// <summary>Given the event and how many calls there were, this one included: what to throw, or null.</summary>
    public Func<TallyChanged, int, Exception?> For { get; set; } = (_, _) => null;

    public void Throw(TallyChanged domainEvent)
    {
        if (For(domainEvent, Interlocked.Increment(ref _calls)) is { } exception)
            throw exception;
    }
}
