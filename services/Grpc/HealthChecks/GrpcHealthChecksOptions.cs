namespace Grpc.AspNetCore.HealthChecks;

/// <summary>Options of the health service.</summary>
public sealed class GrpcHealthChecksOptions
{
    /// <summary>Which health checks count for which service.</summary>
    public ServiceMappingCollection Services { get; } = [];

    /// <summary>Whether answers come from the last published report instead of from checks made for the call.</summary>
    public bool UseHealthChecksCache { get; set; }

    /// <summary>Whether watches stay open when the application stops, instead of ending with NOT_SERVING.</summary>
    public bool SuppressCompletionOnShutdown { get; set; }
}
