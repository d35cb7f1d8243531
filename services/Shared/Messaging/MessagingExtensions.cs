using System.Diagnostics.Metrics;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Platform.Shared.Hosting;
using Platform.Shared.Persistence;

namespace Platform.Shared.Messaging;

/// <summary>Adds events to a service.</summary>
public static class MessagingExtensions
{
    /// <summary>
    /// Adds the broker (RabbitMQ when <c>ConnectionStrings:RabbitMq</c> is given, otherwise one in memory), the relay of the outbox,
    /// and the handlers named in <paramref name="configure"/>. Needs the service's store. While the broker is away the service goes
    /// on: events wait in the outbox, and the health check <c>broker</c> is degraded.
    /// </summary>
    public static WebApplicationBuilder AddMessaging<TDb>(
        this WebApplicationBuilder builder, Action<MessagingBuilder<TDb>>? configure = null)
        where TDb : ServiceDbContext
    {
        var rabbitMq = builder.ConnectionOrEmbedded("RabbitMq");
        var services = builder.Services;
        services.AddOptions<MessagingOptions>().BindConfiguration(MessagingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<OutboxSignal>();
        services.AddMetrics();
        services.AddSingleton(s => new MessagingMetrics(s.GetRequiredService<IMeterFactory>(), QueueNames.Service(typeof(TDb))));
        services.AddSingleton<EventPublisher>();

        var messaging = new MessagingBuilder<TDb>(services);
        configure?.Invoke(messaging);
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.ConfigureHealthCheckOptions(health =>
            {
                health.Name = "broker";
                health.MinimalFailureStatus = HealthStatus.Degraded;
            });
            foreach (var subscription in messaging.Subscriptions)
            {
                subscription.Register(bus);
            }

            Broker.Use(bus, services, rabbitMq, messaging.Subscriptions);
        });
        if (rabbitMq is not null)
        {
            services.AddSingleton(new BrokerTopology(rabbitMq, messaging.Subscriptions));
        }

        services.AddSingleton<Outbox<TDb>>();
        services.AddHostedService<OutboxRelay<TDb>>();
        services.AddHostedService<OutboxListener<TDb>>();
        services.AddHostedService<Housekeeping<TDb>>();
        services.AddSingleton(OutboxCommands.For<TDb>());
        return builder;
    }
}
