using System.Net.Sockets;
using MassTransit;
using RabbitMQ.Client.Exceptions;

namespace Platform.Shared.Messaging;

/// <summary>What the failure to publish an event means.</summary>
internal static class BrokerFailure
{
    /// <summary>
    /// Whether it says nothing of the event itself: the connection or the channel broke, or no confirm came in time. A channel is
    /// shared, and an event that the broker answers by closing it takes with it whatever else was on its way.
    /// </summary>
    public static bool MayBeOfOthers(Exception exception) => exception switch
    {
        OperationCanceledException or TimeoutException => true,
        ConnectionException or BrokerUnreachableException or OperationInterruptedException => true,
        SocketException or IOException or ObjectDisposedException => true,
        _ => exception.InnerException is { } inner && MayBeOfOthers(inner),
    };
}
