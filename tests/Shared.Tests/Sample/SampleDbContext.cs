using Microsoft.EntityFrameworkCore;
using Platform.Shared.Messaging;
using Platform.Shared.Persistence;

namespace Platform.Shared.Tests.Sample;

/// <summary>The store of a service that counts.</summary>
public sealed class SampleDbContext(DbContextOptions<SampleDbContext> options) : ServiceDbContext(options)
{
    public DbSet<Tally> Tallies => Set<Tally>();

    protected override void MapTables(ModelBuilder model) => model.Entity<Tally>(e =>
    {
        e.ToTable("tally");
        e.HasKey(t => t.Id);
    });
}

/// <summary>A number that grows.</summary>
public sealed class Tally : ITenantOwned, IVersioned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public int Count { get; private set; }

    public long Version { get; private set; }

    public TallyChanged Add(int amount)
    {
        Count += amount;
        Version++;
        return new TallyChanged(Id, Version, Count);
    }
}

[EventName("sample.tally-changed", SchemaVersion = 1)]
public sealed record TallyChanged(Guid TallyId, long Version, int Count) : IDomainEvent;
