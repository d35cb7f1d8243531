using Platform.Local;
using Platform.Shared.Messaging;
using Platform.Shared.Tests.Sample;
using Platform.Support;

namespace Platform.Shared.Tests.Messaging;

public sealed class EmbeddedBrokerTests
{
    private static readonly Guid Network = Guid.NewGuid();

    [Fact]
    public async Task Hosts_of_one_process_share_a_broker_and_a_stopped_one_gets_its_queue_when_it_is_back()
    {
        using var logs = new FailOnErrorLogs();
        var broker = new EmbeddedBroker();
        await using var tallies = await SampleStore<SampleDbContext>.CreateAsync(postgres: false);
        await using var mirrors = await SampleStore<MirrorDbContext>.CreateAsync(postgres: false);
        await using var writer = await SampleService<SampleDbContext>.StartAsync(tallies, broker.Transport, logs);
        var reader = await StartReaderAsync();

        var before = await AddAsync();
        await ArrivesAsync(before);
        await reader.DisposeAsync();
        var meanwhile = await AddAsync();
        await Eventually.TrueAsync(async () => (await tallies.OutboxAsync()).Count == 0, "the event to be published");
        (await mirrors.MirrorAsync(Network, meanwhile)).ShouldBeNull();

        await using var again = await StartReaderAsync();
        await ArrivesAsync(meanwhile);
        var after = await AddAsync();
        await ArrivesAsync(after);

        Task<SampleService<MirrorDbContext>> StartReaderAsync() => SampleService<MirrorDbContext>.StartAsync(
            mirrors, broker.Transport, logs, m => m.Handle<TallyChanged, MirrorTally>());

        Task<Guid> AddAsync() => tallies.AddAsync(Network);

        Task ArrivesAsync(Guid id) => Eventually.TrueAsync(
            async () => await mirrors.MirrorAsync(Network, id) is { Handled: 1 }, "the event to arrive");
    }
}
