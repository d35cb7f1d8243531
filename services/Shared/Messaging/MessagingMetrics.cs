using System.Diagnostics.Metrics;

namespace Platform.Shared.Messaging;

/// <summary>What the meter <c>Platform.Messaging</c> shows; each measurement says of which service it is.</summary>
internal sealed class MessagingMetrics : IDisposable
{
    public const string MeterName = "Platform.Messaging";

    private readonly Meter _meter;
    private readonly KeyValuePair<string, object?> _service;
    private readonly Counter<long> _published;
    private readonly Counter<long> _died;
    private readonly Counter<long> _handled;
    private readonly Counter<long> _duplicates;
    private readonly Counter<long> _refused;
    private Backlog _backlog = new(0, TimeSpan.Zero, 0);

    public MessagingMetrics(IMeterFactory meters, string service)
    {
        _meter = meters.Create(MeterName);
        _service = new KeyValuePair<string, object?>("service", service);
        _published = _meter.CreateCounter<long>("outbox.published", "{event}", "Events that the broker confirmed.");
        _died = _meter.CreateCounter<long>("outbox.died", "{event}", "Events put among the dead.");
        _handled = _meter.CreateCounter<long>("inbox.handled", "{event}", "Messages that had their effect.");
        _duplicates = _meter.CreateCounter<long>("inbox.duplicates", "{event}", "Messages that came again and had none.");
        _refused = _meter.CreateCounter<long>("inbox.refused", "{event}", "Messages that went to an error queue.");
        _meter.CreateObservableGauge("outbox.depth", () => new Measurement<long>(_backlog.Depth, _service), "{event}", "Events not yet published.");
        _meter.CreateObservableGauge("outbox.oldest", () => new Measurement<double>(_backlog.Oldest.TotalSeconds, _service), "s", "Age of the oldest event not yet published.");
        _meter.CreateObservableGauge("outbox.dead", () => new Measurement<long>(_backlog.Dead, _service), "{event}", "Events among the dead.");
    }

    public void Published(int events) => _published.Add(events, _service);

    public void Died(string eventName) => _died.Add(1, _service, Event(eventName));

    public void Handled(string eventName) => _handled.Add(1, _service, Event(eventName));

    public void Duplicate(string eventName) => _duplicates.Add(1, _service, Event(eventName));

    public void Refused(string eventName) => _refused.Add(1, _service, Event(eventName));

    public void Measured(Backlog backlog) => _backlog = backlog;

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Event(string name) => new("event", name);
}

/// <summary>How much the outbox holds.</summary>
/// <param name="Depth">Events not yet published.</param>
/// <param name="Oldest">Age of the oldest of them.</param>
/// <param name="Dead">Events among the dead.</param>
internal sealed record Backlog(long Depth, TimeSpan Oldest, long Dead);
