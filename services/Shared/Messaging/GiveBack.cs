using MassTransit;

namespace Platform.Shared.Messaging;

/// <summary>The host stops while a message waits for its next attempt.</summary>
internal sealed class HostStoppingException() : Exception("The host stops; the message goes back to its queue.");

/// <summary>Keeps what a stopping host could not finish out of the error queue: the broker gives it to the next consumer.</summary>
internal sealed class GiveBack : IFilter<ExceptionReceiveContext>
{
    public Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next) =>
        context.Exception.GetBaseException() is HostStoppingException stopping ? Task.FromException(stopping) : next.Send(context);

    public void Probe(ProbeContext context) => context.CreateFilterScope("giveBack");
}
