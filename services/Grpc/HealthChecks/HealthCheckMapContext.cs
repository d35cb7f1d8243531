namespace Grpc.AspNetCore.HealthChecks;

/// <summary>A registered health check that may count for a service.</summary>
public sealed class HealthCheckMapContext
{
    /// <summary>A check of the name with its tags.</summary>
    public HealthCheckMapContext(string name, IEnumerable<string> tags)
    {
        Name = name;
        Tags = tags;
    }

    /// <summary>The check's name.</summary>
    public string Name { get; }

    /// <summary>The check's tags.</summary>
    public IEnumerable<string> Tags { get; }
}
