using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Platform.Shared.Persistence;

namespace Platform.Shared.Messaging;

/// <summary>Names the events that a service handles.</summary>
/// <typeparam name="TDb">The service's store.</typeparam>
public sealed class MessagingBuilder<TDb>
    where TDb : ServiceDbContext
{
    // Events of one key are handled in the order of their arrival, one at a time; enough lanes that keys seldom share one.
    private const int Partitions = 64;

    private readonly IServiceCollection _services;
    private readonly Dictionary<string, Subscription> _subscriptions = new(StringComparer.Ordinal);

    internal MessagingBuilder(IServiceCollection services) => _services = services;

    internal IReadOnlyCollection<Subscription> Subscriptions => _subscriptions.Values;

    /// <summary>Handles an event, on a queue of its own that all replicas of the service share.</summary>
    /// <typeparam name="TEvent">The event.</typeparam>
    /// <typeparam name="THandler">Its one handler in this service.</typeparam>
    /// <exception cref="ArgumentException">The service has a handler for this event.</exception>
    public MessagingBuilder<TDb> Handle<TEvent, THandler>()
        where TEvent : class, IDomainEvent
        where THandler : class, IEventHandler<TDb, TEvent>
    {
        _services.TryAddScoped<THandler>();
        _subscriptions.Add(
            EventNameAttribute.Of(typeof(TEvent)).Name,
            new Subscription(
                EventNameAttribute.Of(typeof(TEvent)).Name,
                QueueNames.Of(typeof(TDb), typeof(TEvent)),
                bus => bus.AddConsumer<InboxConsumer<TDb, TEvent, THandler>>(),
                (endpoint, context) => endpoint.ConfigureConsumer<InboxConsumer<TDb, TEvent, THandler>>(
                    context,
                    consumer => consumer.Message<PublishedEvent>(
                        message => message.UsePartitioner(Partitions, EventHeaders.PartitionKeyOf)))));
        return this;
    }
}

/// <summary>One event at one service.</summary>
/// <param name="Exchange">Where the event is published: its name.</param>
/// <param name="Queue">Where it waits for this service.</param>
/// <param name="Register">Adds the consumer.</param>
/// <param name="Connect">Puts the consumer on the queue.</param>
internal sealed record Subscription(
    string Exchange,
    string Queue,
    Action<IBusRegistrationConfigurator> Register,
    Action<IReceiveEndpointConfigurator, IBusRegistrationContext> Connect);
