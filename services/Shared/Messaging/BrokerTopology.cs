using MassTransit;
using Platform.Shared.Hosting;

namespace Platform.Shared.Messaging;

/// <summary>
/// Declares the queues of a service on RabbitMQ without consuming from them, so that an event that is published before the service
/// first starts waits for it. Declared again they stay as they are.
/// </summary>
internal sealed class BrokerTopology(string connectionString, IReadOnlyCollection<Subscription> subscriptions)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The names of the queues.</summary>
    public IEnumerable<string> Queues => subscriptions.Select(subscription => subscription.Queue);

    /// <exception cref="StartRefusedException">The broker does not answer.</exception>
    public async Task DeclareAsync(CancellationToken cancellationToken)
    {
        // A bus of its own: the process may go on to serve, with a bus that consumes.
        var bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(new Uri(connectionString));
            rabbit.DeployTopologyOnly = true;
            foreach (var subscription in subscriptions)
            {
                rabbit.ReceiveEndpoint(subscription.Queue, endpoint => Broker.Declare(endpoint, subscription));
            }
        });
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        waiting.CancelAfter(Patience);
        try
        {
            await bus.DeployAsync(waiting.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested
            && (waiting.IsCancellationRequested || e is RabbitMqConnectionException))
        {
            throw new StartRefusedException("RabbitMQ (ConnectionStrings:RabbitMq) does not answer; its queues are not declared.");
        }
    }
}
