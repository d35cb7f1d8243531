using Platform.Shared.Messaging;

namespace Platform.Shared.Tests.Messaging;

public sealed class EmbeddedDeliveryTests
{
    private readonly EmbeddedDelivery _delivery = new();
    private readonly Guid _message = Guid.CreateVersion7();
    private int _sent;

    [Fact]
    public async Task Nothing_is_sent_before_all_services_have_their_queues()
    {
        var sending = SendAsync();
        _sent.ShouldBe(0);
        _delivery.Open();
        await sending;
        _sent.ShouldBe(1);
    }

    [Fact]
    public async Task An_event_is_confirmed_when_every_service_that_handles_it_has()
    {
        _delivery.Subscribe("event", "first");
        _delivery.Subscribe("event", "second");
        _delivery.Subscribe("another", "third");
        _delivery.Open();
        var sending = SendAsync();
        _delivery.Settled(_message, "first");
        _delivery.Settled(Guid.CreateVersion7(), "second");
        sending.IsCompleted.ShouldBeFalse();
        _delivery.Settled(_message, "second");
        await sending;
    }

    [Fact]
    public async Task An_event_that_is_not_handled_is_not_confirmed_and_can_be_sent_again()
    {
        _delivery.Subscribe("event", "first");
        _delivery.Open();
        using var patience = new CancellationTokenSource();
        var sending = SendAsync(patience.Token);
        await patience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => sending);

        _delivery.Settled(_message, "first");
        var again = SendAsync();
        again.IsCompleted.ShouldBeFalse("what was settled before counts for nothing now");
        _delivery.Settled(_message, "first");
        await again;
        _sent.ShouldBe(2);
    }

    private Task SendAsync(CancellationToken cancellationToken = default) => _delivery.SendAsync(
        _message,
        "event",
        () =>
        {
            _sent++;
            return Task.CompletedTask;
        },
        cancellationToken);
}
