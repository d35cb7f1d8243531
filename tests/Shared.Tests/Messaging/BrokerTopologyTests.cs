using Microsoft.Extensions.DependencyInjection;
using Platform.Shared.Hosting;
using Platform.Shared.Messaging;
using Platform.Shared.Tests.Sample;
using Platform.Support;

namespace Platform.Shared.Tests.Messaging;

public sealed class BrokerTopologyTests
{
    [Fact]
    public async Task An_event_that_is_published_before_its_service_ever_started_waits_for_it()
    {
        var (network, id) = (Guid.NewGuid(), Guid.NewGuid());
        using var logs = new FailOnErrorLogs();
        await using var broker = await TestBroker.CreateAsync("topology");
        await using var samples = await SampleStore<SampleDbContext>.CreateAsync();
        await using var mirrors = await SampleStore<MirrorDbContext>.CreateAsync();
        var handlers = new MessagingBuilder<MirrorDbContext>(new ServiceCollection()).Handle<TallyChanged, MirrorTally>();
        var topology = new BrokerTopology(broker.ConnectionString, handlers.Subscriptions);
        await topology.DeclareAsync(TestContext.Current.CancellationToken);
        await topology.DeclareAsync(TestContext.Current.CancellationToken);

        await using (var publisher = await SampleService<SampleDbContext>.StartAsync(samples, broker.ConnectionString, logs))
        {
            var message = OutboxMessage.From(new TallyChanged(id, 1, 7), id, network, DateTimeOffset.UtcNow);
            await publisher.Get<EventPublisher>().PublishAsync(message, TestContext.Current.CancellationToken);
        }

        await using var reader = await SampleService<MirrorDbContext>.StartAsync(
            mirrors, broker.ConnectionString, logs, m => m.Handle<TallyChanged, MirrorTally>());
        await Eventually.TrueAsync(async () => await mirrors.MirrorAsync(network, id) is { Count: 7 }, "the event of before");
    }
}
