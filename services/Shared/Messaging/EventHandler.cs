using Platform.Shared.Persistence;

namespace Platform.Shared.Messaging;

/// <summary>
/// Handles an event in one transaction together with its inbox row and whatever events it writes itself: a message that comes
/// twice has its effect once. Order is not promised between messages of different partition keys, nor after a redelivery, so a
/// handler compares the event's version with what it knows.
/// </summary>
/// <typeparam name="TDb">The service's store.</typeparam>
/// <typeparam name="TEvent">The event.</typeparam>
public interface IEventHandler<in TDb, in TEvent>
    where TDb : ServiceDbContext
    where TEvent : class, IDomainEvent
{
    /// <summary>Applies the event. May run again after a conflict: it has no effect outside <paramref name="db"/>.</summary>
    Task HandleAsync(TDb db, TEvent domainEvent, CancellationToken cancellationToken);
}
