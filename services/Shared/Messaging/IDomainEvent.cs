using System.Reflection;

namespace Platform.Shared.Messaging;

/// <summary>
/// Something that happened, told to other services. It carries ids, codes, dates and minutes; never a name, a member id or a
/// diagnosis. Consumers stay right when it comes twice, late or out of order.
/// </summary>
public interface IDomainEvent;

/// <summary>The name of an event on the broker and in the outbox; stable, and not the name of a CLR type.</summary>
/// <param name="name">Service and event, such as <c>enrollment.episode-admitted</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class EventNameAttribute(string name) : Attribute
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;

    /// <summary>Version of the payload; a change that is not an addition gets a new version.</summary>
    public int SchemaVersion { get; init; } = 1;

    internal static EventNameAttribute Of(Type type) =>
        type.GetCustomAttribute<EventNameAttribute>() ?? throw new InvalidOperationException($"{type} has no [EventName].");
}
