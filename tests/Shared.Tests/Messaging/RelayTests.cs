using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Platform.Shared.Messaging;
using Platform.Shared.Tests.Sample;
using Platform.Support;

namespace Platform.Shared.Tests.Messaging;

public sealed class RelayTests
{
    private static readonly Guid Network = Guid.NewGuid();

    [Fact]
    public async Task Every_event_reaches_the_other_service_and_leaves_the_outbox()
    {
        using var logs = new FailOnErrorLogs();
        await using var broker = await TestBroker.CreateAsync("messaging");
        await using var tallies = await SampleStore<SampleDbContext>.CreateAsync();
        await using var mirrors = await SampleStore<MirrorDbContext>.CreateAsync();
        await using var reader = await SampleService<MirrorDbContext>.StartAsync(
            mirrors, broker.ConnectionString, logs, m => m.Handle<TallyChanged, MirrorTally>());
        await using var writer = await SampleService<SampleDbContext>.StartAsync(tallies, broker.ConnectionString, logs);

        var id = await tallies.AddAsync(Network, amount: 4);
        await tallies.ChangeAsync(Network, id, times: 6);

        await Eventually.PassesAsync(
            async () =>
            {
                var mirror = (await mirrors.MirrorAsync(Network, id)).ShouldNotBeNull();
                (mirror.Count, mirror.Version, mirror.Handled).ShouldBe((10, 7, 7));
            },
            "the mirror to follow");
        await Eventually.PassesAsync(
            async () =>
            {
                (await tallies.OutboxAsync()).ShouldBeEmpty();
                (await mirrors.OutboxAsync()).ShouldBeEmpty();
                writer.Counters["outbox.published"].ShouldBe(7);
                reader.Counters["inbox.handled"].ShouldBe(7);
            },
            "the outboxes to empty");
    }

    [Fact]
    public async Task What_a_relay_published_before_it_was_killed_comes_twice_and_has_its_effect_once()
    {
        using var logs = new FailOnErrorLogs();
        await using var broker = await TestBroker.CreateAsync("messaging");
        await using var tallies = await SampleStore<SampleDbContext>.CreateAsync();
        await using var mirrors = await SampleStore<MirrorDbContext>.CreateAsync();
        await using var reader = await SampleService<MirrorDbContext>.StartAsync(
            mirrors, broker.ConnectionString, logs, m => m.Handle<TallyChanged, MirrorTally>());
        var id = await tallies.AddAsync(Network);
        var killed = new Outbox<SampleDbContext>(
            tallies.Database, Options.Create(new MessagingOptions { Lease = TimeSpan.FromMilliseconds(300) }));
        foreach (var message in await killed.ClaimAsync(Guid.NewGuid(), CancellationToken.None))
            await reader.Get<EventPublisher>().PublishAsync(message, CancellationToken.None);
        await Eventually.TrueAsync(async () => await mirrors.MirrorAsync(Network, id) is not null, "the first delivery");

        await using var writer = await SampleService<SampleDbContext>.StartAsync(tallies, broker.ConnectionString, logs);
        await Eventually.TrueAsync(() => reader.Counters["inbox.duplicates"] == 1, "the second delivery");

        (await mirrors.MirrorAsync(Network, id))!.Handled.ShouldBe(1);
        await Eventually.TrueAsync(async () => (await tallies.OutboxAsync()).Count == 0, "the outbox to empty");
    }

    [Fact]
    public async Task Two_relays_share_a_backlog_without_loss_and_keep_the_order_of_each_key()
    {
        using var logs = new FailOnErrorLogs();
        await using var broker = await TestBroker.CreateAsync("messaging");
        await using var queue = await WireTap.OpenAsync(broker.ConnectionString, "sample.tally-changed");
        await using var tallies = await SampleStore<SampleDbContext>.CreateAsync();
        var keys = new List<Guid>();
        for (var i = 0; i < 40; i++)
            keys.Add(await tallies.AddAsync(Network));
        for (var round = 0; round < 3; round++)
        {
            foreach (var key in keys)
                await tallies.ChangeAsync(Network, key, times: 8);
        }

        var relays = await Task.WhenAll(
            SampleService<SampleDbContext>.StartAsync(tallies, broker.ConnectionString, logs, options: o => o.BatchSize = 20),
            SampleService<SampleDbContext>.StartAsync(tallies, broker.ConnectionString, logs, options: o => o.BatchSize = 20));
        await Eventually.TrueAsync(async () => (await tallies.OutboxAsync()).Count == 0, "the backlog to be published");

        var seen = await queue.ReadAsync(keys.Count * 25);
        foreach (var key in keys)
        {
            seen.Select(m => m.As<TallyChanged>()).Where(e => e.TallyId == key).Select(e => e.Version)
                .ShouldBe(Enumerable.Range(1, 25).Select(v => (long)v));
        }

        foreach (var relay in relays)
        {
            relay.Counters["outbox.published"].ShouldBeGreaterThan(0);
            await relay.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_poison_event_at_the_head_holds_up_its_own_key_until_it_dies_and_no_other()
    {
        using var logs = new FailOnErrorLogs();
        logs.Expect("MassTransit", "S-FAULT");
        await using var broker = await TestBroker.CreateAsync("messaging");
        await using var queue = await WireTap.OpenAsync(broker.ConnectionString, "sample.tally-changed");
        await using var tallies = await SampleStore<SampleDbContext>.CreateAsync();
        var key = Guid.NewGuid();
        await tallies.PoisonAsync(Network, key);
        await tallies.WriteAsync(Network, db =>
        {
            db.Publish(new TallyChanged(key, 2, 2), key);
            return Task.FromResult(0);
        });
        var others = new List<Guid>();
        for (var i = 0; i < 30; i++)
            others.Add(await tallies.AddAsync(Network));

        await using var relay = await SampleService<SampleDbContext>.StartAsync(
            tallies, broker.ConnectionString, logs, options: o => (o.PublishAttempts, o.FirstBackoff) = (3, TimeSpan.FromMilliseconds(300)));

        var seen = await queue.ReadAsync(31);
        seen.Take(30).Select(m => m.As<TallyChanged>().TallyId).ShouldBe(others, ignoreOrder: true);
        seen[30].As<TallyChanged>().TallyId.ShouldBe(key);
        var dead = (await tallies.DeadAsync()).ShouldHaveSingleItem();
        dead.Attempts.ShouldBe(3);
        dead.LastError.ShouldNotBeNullOrEmpty();
        relay.Counters["outbox.died"].ShouldBe(1);
    }

    [Fact]
    public async Task While_the_broker_is_away_writing_goes_on_and_no_attempt_is_counted_and_then_nothing_is_lost()
    {
        using var logs = new FailOnErrorLogs();
        logs.Expect("MassTransit", string.Empty);
        await using var server = await RabbitMqServer.StartAsync();
        await using var tallies = await SampleStore<SampleDbContext>.CreateAsync();
        await using var mirrors = await SampleStore<MirrorDbContext>.CreateAsync();
        await using var reader = await SampleService<MirrorDbContext>.StartAsync(
            mirrors, server.ConnectionString, logs, m => m.Handle<TallyChanged, MirrorTally>());
        await using var writer = await SampleService<SampleDbContext>.StartAsync(
            tallies, server.ConnectionString, logs, options: o => (o.PublishTimeout, o.PublishAttempts) = (TimeSpan.FromSeconds(3), 2));
        var ids = new List<Guid> { await tallies.AddAsync(Network) };
        await Eventually.TrueAsync(async () => await mirrors.MirrorAsync(Network, ids[0]) is not null, "the first event");

        // In order: of a quorum queue that is only seconds old, a killed broker may forget that it was ever there.
        await server.StopAsync();
        for (var i = 0; i < 20; i++)
            ids.Add(await tallies.AddAsync(Network));
        await Eventually.TrueAsync(
            () => logs.Entries.Count(e => e.Message.StartsWith("The broker does not confirm", StringComparison.Ordinal)) >= 3,
            "the relay to try more often than an event may fail");
        await Eventually.TrueAsync(async () => await writer.HealthAsync() == HealthStatus.Degraded, "the health check to say so");
        (await tallies.DeadAsync()).ShouldBeEmpty();
        (await tallies.OutboxAsync()).Count.ShouldBe(20);
        await Eventually.TrueAsync(async () => (await tallies.OutboxAsync()).All(m => m.Attempts <= 1), "the batch to be released");

        await server.RestartAsync();
        await Eventually.PassesAsync(
            async () =>
            {
                foreach (var id in ids)
                    (await mirrors.MirrorAsync(Network, id)).ShouldNotBeNull().Handled.ShouldBe(1);
            },
            "everything to arrive",
            TimeSpan.FromSeconds(120));
        (await tallies.DeadAsync()).ShouldBeEmpty();
        await Eventually.TrueAsync(async () => await writer.HealthAsync() == HealthStatus.Healthy, "the health check to recover");
    }

    [Fact]
    public async Task A_process_without_a_relay_wakes_the_relay_of_another()
    {
        using var logs = new FailOnErrorLogs();
        await using var broker = await TestBroker.CreateAsync("messaging");
        await using var queue = await WireTap.OpenAsync(broker.ConnectionString, "sample.tally-changed");
        await using var tallies = await SampleStore<SampleDbContext>.CreateAsync();
        await using var relay = await SampleService<SampleDbContext>.StartAsync(
            tallies, broker.ConnectionString, logs, options: o => o.PollInterval = TimeSpan.FromHours(1));
        await tallies.AddAsync(Network);
        await queue.ReadAsync(1);

        var second = await tallies.AddAsync(Network);

        (await queue.ReadAsync(1))[0].As<TallyChanged>().TallyId.ShouldBe(second);
    }

    [Fact]
    public async Task On_the_wire_are_the_event_and_what_it_is_and_whose_and_nothing_else()
    {
        using var logs = new FailOnErrorLogs();
        await using var broker = await TestBroker.CreateAsync("messaging");
        await using var queue = await WireTap.OpenAsync(broker.ConnectionString, "sample.tally-changed");
        await using var tallies = await SampleStore<SampleDbContext>.CreateAsync();
        using var request = new Activity("request").Start();
        var id = await tallies.AddAsync(Network, amount: 3);
        var row = (await tallies.OutboxAsync()).ShouldHaveSingleItem();
        await using var relay = await SampleService<SampleDbContext>.StartAsync(tallies, broker.ConnectionString, logs);

        var message = (await queue.ReadAsync(1))[0];

        message.Id.ShouldBe(row.Id);
        message.Body.ShouldBe($$"""{"tallyId":"{{id}}","version":1,"count":3}""");
        message.Headers["platform-network"].ShouldBe(Network.ToString());
        message.Headers["platform-partition-key"].ShouldBe(id.ToString());
        message.Headers["platform-event"].ShouldBe("sample.tally-changed");
        message.Headers["platform-schema-version"].ShouldBe("1");
        message.Headers["traceparent"].ShouldContain(request.TraceId.ToString());
    }
}
