using Microsoft.EntityFrameworkCore;
using Platform.Shared.Messaging;
using Platform.Shared.Persistence;
using Platform.Shared.Tests.Sample;

namespace Platform.Shared.Tests.Messaging;

/// <summary>What tests do with the two sample stores, in one line each.</summary>
internal static class Tallies
{
    /// <summary>A new tally, with the event of its first change.</summary>
    public static Task<Guid> AddAsync(this SampleStore<SampleDbContext> store, Guid network, int amount = 1) =>
        store.WriteAsync(network, db =>
        {
            var tally = new Tally { Id = db.NewId(), NetworkId = network };
            db.Tallies.Add(tally);
            db.Publish(tally.Add(amount), tally.Id);
            return Task.FromResult(tally.Id);
        });

    /// <summary>Changes a tally so many times in one transaction, with an event for each.</summary>
    public static Task<long> ChangeAsync(this SampleStore<SampleDbContext> store, Guid network, Guid id, int times = 1) =>
        store.WriteAsync(network, async db =>
        {
            var tally = await db.Tallies.SingleAsync(t => t.Id == id);
            for (var i = 0; i < times; i++)
                db.Publish(tally.Add(1), id);
            return tally.Version;
        });

    public static Task<Mirror?> MirrorAsync(this SampleStore<MirrorDbContext> store, Guid network, Guid id) =>
        store.ReadAsync(network, db => db.Mirrors.SingleOrDefaultAsync(m => m.Id == id));

    /// <summary>Everything that waits in an outbox, in order.</summary>
    public static Task<List<OutboxMessage>> OutboxAsync<TDb>(this SampleStore<TDb> store)
        where TDb : ServiceDbContext =>
        store.ReadAsync(Guid.Empty, db => db.Outbox.OrderBy(m => m.Position).ToListAsync());

    public static Task<List<DeadMessage>> DeadAsync<TDb>(this SampleStore<TDb> store)
        where TDb : ServiceDbContext =>
        store.ReadAsync(Guid.Empty, db => db.DeadMessages.OrderBy(m => m.Position).ToListAsync());

    /// <summary>An event that no broker takes: its name is no name of an exchange.</summary>
    public static Task<Guid> PoisonAsync(this SampleStore<SampleDbContext> store, Guid network, Guid key) =>
        store.WriteAsync(network, db =>
        {
            var message = new OutboxMessage
            {
                Id = db.NewId(),
                NetworkId = network,
                PartitionKey = key,
                EventName = new string('x', 300),
                SchemaVersion = 1,
                Payload = "{}",
                CreatedAt = db.Now,
            };
            db.Outbox.Add(message);
            return Task.FromResult(message.Id);
        });
}
