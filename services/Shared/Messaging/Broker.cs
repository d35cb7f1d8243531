using MassTransit;
using MassTransit.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Platform.Shared.Messaging;

/// <summary>
/// Sets the transport of a host that has no RabbitMQ. Without one registered, a host has an in-memory broker of its own; several
/// hosts of one process share theirs by registering the same one.
/// </summary>
/// <param name="bus">The bus to set it for.</param>
/// <param name="configure">Configures the bus's queues; to be called with the bus's own configurator.</param>
public delegate void EmbeddedTransport(
    IBusRegistrationConfigurator bus, Action<IBusRegistrationContext, IInMemoryBusFactoryConfigurator> configure);

/// <summary>
/// The exchanges and queues: each event has a fan-out exchange of its name, each service that handles it a queue bound to that.
/// </summary>
internal static class Broker
{
    public static void Use(
        IBusRegistrationConfigurator bus,
        IServiceCollection services,
        string? connectionString,
        IReadOnlyCollection<Subscription> subscriptions)
    {
        if (!string.IsNullOrEmpty(connectionString))
        {
            bus.UsingRabbitMq((context, rabbit) => UseRabbitMq(context, rabbit, new Uri(connectionString), subscriptions));
            return;
        }

        var embedded = services.LastOrDefault(s => s.ServiceType == typeof(EmbeddedTransport))?.ImplementationInstance
            as EmbeddedTransport ?? ((configurator, configure) => configurator.UsingInMemory(configure));
        embedded(bus, (context, memory) => UseMemory(context, memory, subscriptions));
    }

    /// <summary>The queue of an event at a service, bound to the event's exchange.</summary>
    public static void Declare(IRabbitMqReceiveEndpointConfigurator endpoint, Subscription subscription)
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.SetQuorumQueue();
        endpoint.Bind(subscription.Exchange);
    }

    private static void UseRabbitMq(
        IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit, Uri address, IEnumerable<Subscription> subscriptions)
    {
        rabbit.Host(address);

        // The bus's own endpoint is started too: a service that only publishes knows by it how the broker is.
        rabbit.AutoStart = true;
        foreach (var subscription in subscriptions)
        {
            rabbit.ReceiveEndpoint(subscription.Queue, endpoint =>
            {
                Declare(endpoint, subscription);
                Receive(endpoint, subscription, context);
            });
        }
    }

    private static void UseMemory(
        IBusRegistrationContext context, IInMemoryBusFactoryConfigurator memory, IEnumerable<Subscription> subscriptions)
    {
        foreach (var subscription in subscriptions)
        {
            context.GetService<EmbeddedDelivery>()?.Subscribe(subscription.Exchange, subscription.Queue);
            memory.ReceiveEndpoint(subscription.Queue, endpoint =>
            {
                endpoint.Bind(subscription.Exchange);
                Receive(endpoint, subscription, context);
            });
        }
    }

    private static void Receive(IReceiveEndpointConfigurator endpoint, Subscription subscription, IBusRegistrationContext context)
    {
        var options = context.GetRequiredService<IOptions<MessagingOptions>>().Value;
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PublishFaults = false;
        endpoint.PrefetchCount = options.Prefetch;
        endpoint.ConcurrentMessageLimit = options.Concurrency;
        endpoint.UseRawJsonDeserializer(RawSerializerOptions.AnyMessageType, isDefault: true);
        endpoint.ConfigureError(error =>
        {
            error.UseFilter(new GiveBack());
            error.UseFilter(new ErrorTransportFilter());
        });
        subscription.Connect(endpoint, context);
    }
}
