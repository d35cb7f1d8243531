using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Shared.Hosting;
using Platform.Shared.Messaging;
using Platform.Shared.Tests.Sample;
using Platform.Support;

namespace Platform.Shared.Tests.Messaging;

public sealed class DeadLetterTests
{
    private static readonly Guid Network = Guid.NewGuid();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_operator_lists_the_dead_and_puts_them_back_once_each_and_purges_what_is_not_wanted(bool postgres)
    {
        await using var store = await SampleStore<SampleDbContext>.CreateAsync(postgres);
        var ids = await DieAsync(store, 3);
        var dead = new DeadLetters<SampleDbContext>(store.Database);
        (await dead.ListAsync(10, default)).Select(m => m.Id).ShouldBe(ids);

        (await dead.PurgeAsync(ids[0], default)).ShouldBeTrue();
        (await dead.PurgeAsync(ids[0], default)).ShouldBeFalse();
        (await dead.ReplayAsync(ids[1], default)).ShouldBeTrue();
        (await dead.ReplayAsync(ids[1], default)).ShouldBeFalse();
        (await Task.WhenAll(dead.ReplayAllAsync(default), dead.ReplayAllAsync(default))).Sum().ShouldBe(1);

        (await dead.ListAsync(10, default)).ShouldBeEmpty();
        var waiting = await store.OutboxAsync();
        waiting.Select(m => m.Id).ShouldBe([ids[1], ids[2]]);
        waiting.ShouldAllBe(m => m.Attempts == 0 && m.NetworkId == Network && m.Payload.Contains("\"count\":1"));
    }

    [Fact]
    public async Task A_dead_event_that_is_put_back_is_published_under_its_own_id()
    {
        using var logs = new FailOnErrorLogs();
        await using var broker = await TestBroker.CreateAsync("messaging");
        await using var queue = await WireTap.OpenAsync(broker.ConnectionString, "sample.tally-changed");
        await using var store = await SampleStore<SampleDbContext>.CreateAsync();
        var id = (await DieAsync(store, 1))[0];
        await using var relay = await SampleService<SampleDbContext>.StartAsync(
            store, broker.ConnectionString, logs, options: o => o.HousekeepingInterval = TimeSpan.FromMilliseconds(50));
        await Eventually.TrueAsync(() => relay.Counters["outbox.dead"] == 1, "the gauge to show it");

        var verb = relay.GetAll<Verb>().Single(v => v.Name == "outbox");
        (await verb.RunAsync(relay.Get<IServiceProvider>(), ["replay", id.ToString()], default)).ShouldBe(0);
        (await verb.RunAsync(relay.Get<IServiceProvider>(), ["replay", id.ToString()], default)).ShouldBe(1);
        await Should.ThrowAsync<StartRefusedException>(() => verb.RunAsync(relay.Get<IServiceProvider>(), ["replay"], default));

        (await queue.ReadAsync(1))[0].Id.ShouldBe(id);
        await Eventually.TrueAsync(() => relay.Counters["outbox.dead"] == 0, "the gauge to follow");
    }

    [Fact]
    public async Task Depth_and_age_of_the_backlog_are_measured_and_old_inbox_rows_are_forgotten()
    {
        using var logs = new FailOnErrorLogs();
        await using var store = await SampleStore<SampleDbContext>.CreateAsync(postgres: false);
        await store.WriteAsync(Network, db =>
        {
            db.Outbox.Add(new OutboxMessage
            {
                Id = db.NewId(),
                NetworkId = Network,
                PartitionKey = Guid.NewGuid(),
                EventName = "sample.tally-changed",
                Payload = "{}",
                CreatedAt = db.Now.AddMinutes(-10),
                NextAttemptAt = db.Now.AddHours(1),
            });
            db.Inbox.Add(new InboxMessage { Consumer = "q", MessageId = Guid.NewGuid(), NetworkId = Network, HandledAt = db.Now.AddDays(-40) });
            db.Inbox.Add(new InboxMessage { Consumer = "q", MessageId = Guid.NewGuid(), NetworkId = Network, HandledAt = db.Now.AddDays(-20) });
            return Task.FromResult(0);
        });
        await using var service = await SampleService<SampleDbContext>.StartAsync(
            store, new Local.EmbeddedBroker().Transport, logs, options: o => o.HousekeepingInterval = TimeSpan.FromMilliseconds(50));

        await Eventually.TrueAsync(() => service.Counters["outbox.depth"] == 1, "the depth");
        service.Counters["outbox.oldest"].ShouldBeInRange(600, 1200);
        await Eventually.TrueAsync(async () => await store.ReadAsync(Network, db => db.Inbox.CountAsync()) == 1, "the old row to go");
    }

    private static async Task<List<Guid>> DieAsync(SampleStore<SampleDbContext> store, int count)
    {
        var ids = new List<Guid>();
        for (var i = 0; i < count; i++)
        {
            await store.WriteAsync(Network, db =>
            {
                var message = OutboxMessage.From(new TallyChanged(Guid.NewGuid(), 1, 1), Guid.NewGuid(), Network, db.Now);
                db.DeadMessages.Add(DeadMessage.From(message, "refused", db.Now));
                ids.Add(message.Id);
                return Task.FromResult(0);
            });
        }

        return ids;
    }
}
