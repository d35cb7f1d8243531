using System.Diagnostics;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Shared.Auditing;
using Platform.Shared.Persistence;
using Platform.Shared.Security;

namespace Platform.Shared.Messaging;

/// <summary>
/// Takes an event from its queue to its handler. One transaction holds the inbox row, the handler's effect and the events that it
/// writes. What fails because a part is away is tried again for as long as it is away; what fails for its own sake is tried
/// <see cref="MessagingOptions.HandleAttempts"/> times, then MassTransit moves it to the error queue.
/// </summary>
internal sealed class InboxConsumer<TDb, TEvent, THandler>(
    Database<TDb> database,
    THandler handler,
    IOptions<MessagingOptions> options,
    MessagingMetrics metrics,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<InboxConsumer<TDb, TEvent, THandler>> logger,
    EmbeddedDelivery? embedded = null) : IConsumer<PublishedEvent>
    where TDb : ServiceDbContext
    where TEvent : class, IDomainEvent
    where THandler : class, IEventHandler<TDb, TEvent>
{
    private static readonly EventNameAttribute Event = EventNameAttribute.Of(typeof(TEvent));
    private static readonly string Queue = QueueNames.Of(typeof(TDb), typeof(TEvent));

    public async Task Consume(ConsumeContext<PublishedEvent> context)
    {
        using var trace = Continue(context);
        var refusals = 0;
        for (var failures = 1; ; failures++)
        {
            try
            {
                await HandleAsync(context);
                Settle(context);
                return;
            }
            catch (Exception e) when (!context.CancellationToken.IsCancellationRequested)
            {
                var away = HandlerFailure.IsTransient(e);
                if (!away && ++refusals >= options.Value.HandleAttempts)
                {
                    metrics.Refused(Event.Name);
                    Settle(context);
                    throw;
                }

                var pause = options.Value.Backoff(failures);
                logger.LogWarning(
                    e, "{Event} {MessageId} was not handled ({Reason}); trying again in {Pause}",
                    Event.Name, context.MessageId, away ? "a part is away" : $"refusal {refusals}", pause);
                await PauseAsync(pause, context.CancellationToken);
            }
        }
    }

    private void Settle(ConsumeContext context)
    {
        if (context.MessageId is { } id)
        {
            embedded?.Settled(id, Queue);
        }
    }

    /// <summary>A host that stops does not wait for the next attempt: the message goes back to the queue.</summary>
    private async Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        await Task.Delay(pause, time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stopping.IsCancellationRequested)
        {
            throw new HostStoppingException();
        }
    }

    private async Task HandleAsync(ConsumeContext<PublishedEvent> context)
    {
        var messageId = context.MessageId ?? throw new InvalidDataException("The message has no id.");
        if (!Guid.TryParse(context.Headers.Get<string>(EventHeaders.Network), out var network) || network == Guid.Empty)
        {
            throw new InvalidDataException("The message names no network.");
        }

        var version = context.Headers.Get<int>(EventHeaders.SchemaVersion);
        if (version != Event.SchemaVersion)
        {
            throw new InvalidDataException($"The message has schema version {version}; this release reads {Event.SchemaVersion}.");
        }

        var domainEvent = JsonSerializer.Deserialize<TEvent>(context.ReceiveContext.Body.GetBytes(), EventJson.Options)
            ?? throw new InvalidDataException("The message is null.");
        var isNew = await database.WriteAsync(
            network,
            new AuditActor(Queue, RoleNames.Of(CallerRole.Service), Activity.Current?.TraceId.ToString() ?? string.Empty),
            db => Inbox.Opening(db, Queue, EventHeaders.PartitionKeyOf(context), messageId),
            async (db, noted, token) =>
            {
                if (noted == 0)
                {
                    return false;
                }

                await handler.HandleAsync(db, domainEvent, token);
                return true;
            },
            context.CancellationToken);
        if (isNew)
        {
            metrics.Handled(Event.Name);
        }
        else
        {
            metrics.Duplicate(Event.Name);
        }
    }

    /// <summary>Goes on with the event's trace when nobody listens to MassTransit's own activities.</summary>
    private static Activity? Continue(ConsumeContext context) =>
        Activity.Current is null && context.Headers.Get<string>(EventHeaders.TraceParent) is { } parent
            ? new Activity("inbox").SetParentId(parent).Start()
            : null;
}
