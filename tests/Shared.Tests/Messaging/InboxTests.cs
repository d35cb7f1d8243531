using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Platform.Shared.Errors;
using Platform.Shared.Messaging;
using Platform.Shared.Tests.Sample;
using Platform.Support;

namespace Platform.Shared.Tests.Messaging;

public sealed class InboxTests : IAsyncLifetime
{
    private static readonly Guid Network = Guid.NewGuid();
    private readonly FailOnErrorLogs _logs = new();
    private readonly HandlerFault _fault = new();
    private TestBroker _broker = null!;
    private SampleStore<MirrorDbContext> _mirrors = null!;
    private SampleService<MirrorDbContext> _reader = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = await TestBroker.CreateAsync("messaging");
        _mirrors = await SampleStore<MirrorDbContext>.CreateAsync();
        _reader = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync();
        await _mirrors.DisposeAsync();
        await _broker.DisposeAsync();
        _logs.Dispose();
    }

    [Fact]
    public async Task A_message_that_comes_five_times_at_once_has_its_effect_once()
    {
        var id = Guid.NewGuid();
        var message = Message(new TallyChanged(id, 1, 1));
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => PublishAsync(message)));

        await Eventually.TrueAsync(() => _reader.Counters["inbox.duplicates"] == 4, "the repeats to be seen as such");
        (await _mirrors.MirrorAsync(Network, id))!.Handled.ShouldBe(1);
    }

    [Fact]
    public async Task Events_of_a_key_that_come_at_once_or_in_the_wrong_order_end_at_the_newest_version()
    {
        var id = Guid.NewGuid();
        await Task.WhenAll(Enumerable.Range(1, 20).Reverse().Select(v => PublishAsync(Message(new TallyChanged(id, v, 100 + v)))));

        await Eventually.PassesAsync(
            async () =>
            {
                var mirror = (await _mirrors.MirrorAsync(Network, id)).ShouldNotBeNull();
                (mirror.Version, mirror.Count, mirror.Handled).ShouldBe((20, 120, 20));
            },
            "all versions to be handled");
    }

    [Fact]
    public async Task Replicas_never_handle_a_key_at_the_same_time()
    {
        await using var replica = await StartAsync();
        var id = Guid.NewGuid();
        await Task.WhenAll(Enumerable.Range(1, 60).Select(v => PublishAsync(Message(new TallyChanged(id, v, v)))));

        await Eventually.TrueAsync(
            async () => await _mirrors.MirrorAsync(Network, id) is { Handled: 60, Version: 60 }, "no update to be lost");
        replica.Counters["inbox.handled"].ShouldBeGreaterThan(0);
        _reader.Counters["inbox.handled"].ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task What_a_handler_wrote_before_it_failed_is_not_there_and_what_it_published_neither()
    {
        var handledAgain = new TaskCompletionSource();
        _fault.For = (_, call) =>
        {
            if (call == 1)
                return new InvalidDataException("once");
            handledAgain.Task.Wait(TimeSpan.FromSeconds(30));
            return null;
        };
        var id = Guid.NewGuid();
        await PublishAsync(Message(new TallyChanged(id, 1, 1)));
        await Eventually.TrueAsync(() => _fault.Calls == 2, "the second attempt to begin");

        (await _mirrors.MirrorAsync(Network, id)).ShouldBeNull();
        (await _mirrors.OutboxAsync()).ShouldBeEmpty();
        (await _mirrors.ReadAsync(Network, db => db.Inbox.CountAsync())).ShouldBe(0);

        handledAgain.SetResult();
        await Eventually.TrueAsync(async () => await _mirrors.MirrorAsync(Network, id) is { Handled: 1 }, "the second attempt to count");
    }

    [Fact]
    public async Task What_fails_because_a_part_is_away_is_tried_until_the_part_is_back()
    {
        const int Outage = 12;
        _fault.For = (_, call) => call <= Outage ? DomainError.Unavailable("cache").ToException() : null;
        var id = Guid.NewGuid();
        await PublishAsync(Message(new TallyChanged(id, 1, 1)));

        await Eventually.TrueAsync(async () => await _mirrors.MirrorAsync(Network, id) is { Handled: 1 }, "the part to be back");
        _fault.Calls.ShouldBe(Outage + 1);
        _reader.Counters["inbox.refused"].ShouldBe(0);
    }

    [Fact]
    public async Task What_a_handler_keeps_refusing_goes_to_the_error_queue_and_holds_up_nobody()
    {
        _logs.Expect("MassTransit", "R-FAULT");
        var refused = Guid.NewGuid();
        _fault.For = (e, _) => e.TallyId == refused ? new InvalidDataException("never") : null;
        var message = Message(new TallyChanged(refused, 1, 1));
        await PublishAsync(message);
        var others = Enumerable.Range(0, 20).Select(_ => Guid.NewGuid()).ToList();
        foreach (var other in others)
            await PublishAsync(Message(new TallyChanged(other, 1, 1)));

        await Eventually.TrueAsync(() => _reader.Counters["inbox.handled"] == others.Count, "the others");
        await Eventually.TrueAsync(() => _reader.Counters["inbox.refused"] == 1, "the refusal");
        await using var errors = await WireTap.OnQueueAsync(_broker.ConnectionString, "mirror.sample.tally-changed_error");
        var dead = (await errors.ReadAsync(1))[0];
        dead.Id.ShouldBe(message.Id);
        dead.As<TallyChanged>().TallyId.ShouldBe(refused);
        dead.Headers["platform-network"].ShouldBe(Network.ToString());
        (await _mirrors.MirrorAsync(Network, refused)).ShouldBeNull();
    }

    [Theory]
    [InlineData("{\"tallyId\":\"no id\"}", 1)]
    [InlineData("not JSON", 1)]
    [InlineData("{}", 99)]
    public async Task What_cannot_be_read_goes_to_the_error_queue_and_changes_nothing(string payload, int schemaVersion)
    {
        _logs.Expect("MassTransit", string.Empty);
        var message = new OutboxMessage
        {
            Id = Guid.CreateVersion7(),
            NetworkId = Network,
            PartitionKey = Guid.NewGuid(),
            EventName = "sample.tally-changed",
            SchemaVersion = schemaVersion,
            Payload = payload,
        };
        await PublishAsync(message);

        await Eventually.PassesAsync(
            async () =>
            {
                await using var errors = await WireTap.OnQueueAsync(_broker.ConnectionString, "mirror.sample.tally-changed_error");
                (await errors.ReadAsync(1))[0].Id.ShouldBe(message.Id);
            },
            "the error queue");
        (await _mirrors.ReadAsync(Network, db => db.Mirrors.CountAsync())).ShouldBe(0);
    }

    [Fact]
    public async Task A_handler_works_in_the_network_of_the_event_and_no_other_sees_its_rows()
    {
        var (mine, theirs) = (Guid.NewGuid(), Guid.NewGuid());
        var id = Guid.NewGuid();
        await PublishAsync(Message(new TallyChanged(id, 1, 1), mine));
        await Eventually.TrueAsync(async () => await _mirrors.MirrorAsync(mine, id) is not null, "the event");

        (await _mirrors.MirrorAsync(theirs, id)).ShouldBeNull();
        (await _mirrors.ReadAsync(theirs, db => db.Mirrors.IgnoreQueryFilters().CountAsync())).ShouldBe(0);
        (await _mirrors.ReadAsync(theirs, db => db.Inbox.IgnoreQueryFilters().CountAsync())).ShouldBe(0);
    }

    [Fact]
    public async Task The_trace_goes_on_from_the_request_through_the_handler_to_what_it_publishes()
    {
        await using var tap = await WireTap.OpenAsync(_broker.ConnectionString, "mirror.tally-mirrored");
        using var request = new Activity("request").Start();
        var message = Message(new TallyChanged(Guid.NewGuid(), 1, 1));
        Activity.Current = null;
        await PublishAsync(message);

        var mirrored = (await tap.ReadAsync(1))[0];

        mirrored.Headers["traceparent"].ShouldContain(request.TraceId.ToString());
        mirrored.Headers["platform-network"].ShouldBe(Network.ToString());
    }

    [Fact]
    public async Task What_a_stopping_service_could_not_finish_is_finished_by_the_next()
    {
        _logs.Expect("MassTransit", nameof(HostStoppingException));
        _fault.For = (_, _) => DomainError.Unavailable("cache").ToException();
        var id = Guid.NewGuid();
        await PublishAsync(Message(new TallyChanged(id, 1, 1)));
        await Eventually.TrueAsync(() => _fault.Calls > 0, "the handler to be in its retries");

        await _reader.DisposeAsync();
        _fault.For = (_, _) => null;
        _reader = await StartAsync();

        await Eventually.TrueAsync(async () => await _mirrors.MirrorAsync(Network, id) is { Handled: 1 }, "the message to come again");
        _reader.Counters["inbox.refused"].ShouldBe(0);
    }

    private Task<SampleService<MirrorDbContext>> StartAsync() => SampleService<MirrorDbContext>.StartAsync(
        _mirrors, _broker.ConnectionString, _logs, m => m.Handle<TallyChanged, MirrorTally>(), _fault);

    private Task PublishAsync(OutboxMessage message) =>
        _reader.Get<EventPublisher>().PublishAsync(message, CancellationToken.None);

    private static OutboxMessage Message(TallyChanged changed, Guid? network = null) =>
        OutboxMessage.From(changed, changed.TallyId, network ?? Network, DateTimeOffset.UtcNow);
}
