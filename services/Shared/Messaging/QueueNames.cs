using Platform.Shared.Persistence;

namespace Platform.Shared.Messaging;

/// <summary>How queues are named.</summary>
internal static class QueueNames
{
    /// <summary>The name of the service whose store it is: <c>EnrollmentDbContext</c> belongs to <c>enrollment</c>.</summary>
    public static string Service(Type store) =>
        Naming.SnakeCase(store.Name.Replace("DbContext", string.Empty, StringComparison.Ordinal)).Replace('_', '-');

    /// <summary>The queue of one event at one service, such as <c>scheduling.enrollment.episode-admitted</c>.</summary>
    public static string Of(Type store, Type domainEvent) => $"{Service(store)}.{EventNameAttribute.Of(domainEvent).Name}";
}
