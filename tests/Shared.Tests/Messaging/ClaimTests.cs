using Microsoft.Extensions.Options;
using Platform.Shared.Messaging;
using Platform.Shared.Tests.Sample;
using Platform.Support;

namespace Platform.Shared.Tests.Messaging;

public sealed class ClaimTests
{
    private static readonly Guid Network = Guid.NewGuid();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_batch_holds_the_first_events_of_each_key_in_order(bool postgres)
    {
        await using var store = await SampleStore<SampleDbContext>.CreateAsync(postgres);
        var a = await store.AddAsync(Network);
        var b = await store.AddAsync(Network);
        await store.ChangeAsync(Network, a, times: 3);
        await store.ChangeAsync(Network, b, times: 3);

        var batch = await Outbox(store, batchSize: 6).ClaimAsync(Guid.NewGuid(), CancellationToken.None);

        Versions(batch, a).ShouldBe([1, 2, 3, 4]);
        Versions(batch, b).ShouldBe([1, 2]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_later_event_of_a_key_waits_while_an_earlier_one_is_leased(bool postgres)
    {
        await using var store = await SampleStore<SampleDbContext>.CreateAsync(postgres);
        var key = await store.AddAsync(Network);
        await Outbox(store).ClaimAsync(Guid.NewGuid(), CancellationToken.None);
        await store.ChangeAsync(Network, key);
        var other = await store.AddAsync(Network);

        var batch = await Outbox(store).ClaimAsync(Guid.NewGuid(), CancellationToken.None);

        batch.ShouldHaveSingleItem().PartitionKey.ShouldBe(other);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_later_event_of_a_key_waits_while_an_earlier_one_backs_off(bool postgres)
    {
        await using var store = await SampleStore<SampleDbContext>.CreateAsync(postgres);
        var key = await store.AddAsync(Network);
        await store.ChangeAsync(Network, key);
        var outbox = Outbox(store);
        var owner = Guid.NewGuid();
        var batch = await outbox.ClaimAsync(owner, CancellationToken.None);
        var settlement = new Settlement();
        settlement.Failed.Add((batch[0], "refused"));
        settlement.Released.Add(batch[1]);
        await outbox.SettleAsync(owner, settlement, CancellationToken.None);

        (await outbox.ClaimAsync(Guid.NewGuid(), CancellationToken.None)).ShouldBeEmpty();

        var rows = await store.OutboxAsync();
        rows.Select(r => r.Attempts).ShouldBe([1, 0]);
        rows[0].LastError.ShouldBe("refused");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_ended_lease_is_claimed_again_and_the_first_claim_deletes_nothing_any_more(bool postgres)
    {
        await using var store = await SampleStore<SampleDbContext>.CreateAsync(postgres);
        await store.AddAsync(Network);
        var slow = Guid.NewGuid();
        var outbox = Outbox(store, lease: TimeSpan.FromMilliseconds(1));
        var batch = await outbox.ClaimAsync(slow, CancellationToken.None);
        await Eventually.TrueAsync(
            async () => (await outbox.ClaimAsync(Guid.NewGuid(), CancellationToken.None)).Count == 1, "the lease to end");

        var settlement = new Settlement();
        settlement.Published.AddRange(batch);
        await outbox.SettleAsync(slow, settlement, CancellationToken.None);

        (await store.OutboxAsync()).ShouldHaveSingleItem().Attempts.ShouldBeGreaterThan(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Claims_at_once_never_share_an_event_nor_split_a_key(bool postgres)
    {
        await using var store = await SampleStore<SampleDbContext>.CreateAsync(postgres);
        var keys = new List<Guid>();
        for (var i = 0; i < 20; i++)
            keys.Add(await store.AddAsync(Network));
        foreach (var key in keys)
            await store.ChangeAsync(Network, key, times: 9);

        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            Outbox(store, batchSize: 50).ClaimAsync(Guid.NewGuid(), CancellationToken.None)));

        var claimed = claims.SelectMany(claim => claim).Select(m => m.Position).ToList();
        claimed.ShouldBeUnique();
        foreach (var key in keys)
        {
            var holders = claims.Select(claim => Versions(claim, key)).Where(versions => versions.Count > 0).ToList();
            holders.Count.ShouldBeLessThanOrEqualTo(1);
            foreach (var versions in holders)
                versions.ShouldBe(Enumerable.Range(1, versions.Count).Select(v => (long)v));
        }
    }

    [Fact]
    public async Task An_event_of_a_transaction_that_rolls_back_is_never_seen()
    {
        await using var store = await SampleStore<SampleDbContext>.CreateAsync();
        await Should.ThrowAsync<InvalidDataException>(() => store.WriteAsync<int>(Network, async db =>
        {
            db.Publish(new TallyChanged(db.NewId(), 1, 1), db.NewId());
            await db.SaveChangesAsync();
            (await Outbox(store).ClaimAsync(Guid.NewGuid(), CancellationToken.None)).ShouldBeEmpty();
            throw new InvalidDataException("no");
        }));

        (await store.OutboxAsync()).ShouldBeEmpty();
    }

    private static Outbox<SampleDbContext> Outbox(
        SampleStore<SampleDbContext> store, int batchSize = 100, TimeSpan? lease = null) =>
        new(store.Database, Options.Create(new MessagingOptions { BatchSize = batchSize, Lease = lease ?? TimeSpan.FromMinutes(5) }));

    private static List<long> Versions(IEnumerable<OutboxMessage> batch, Guid key) =>
        [.. batch.Where(m => m.PartitionKey == key)
            .Select(m => System.Text.Json.JsonSerializer.Deserialize<TallyChanged>(m.Payload, EventJson.Options)!.Version)];
}
