namespace Grpc.AspNetCore.HealthChecks;

/// <summary>Says which health checks make up the health of a service.</summary>
public sealed class ServiceMapping
{
    /// <summary>Maps the checks for which the predicate holds to the service.</summary>
    public ServiceMapping(string name, Func<HealthCheckMapContext, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(predicate);
        Name = name;
        HealthCheckPredicate = predicate;
    }

    /// <summary>The service's name; empty for the server as a whole.</summary>
    public string Name { get; }

    /// <summary>Whether a check counts.</summary>
    public Func<HealthCheckMapContext, bool> HealthCheckPredicate { get; }
}
