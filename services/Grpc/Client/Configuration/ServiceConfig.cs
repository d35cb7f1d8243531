namespace Grpc.Net.Client.Configuration;

/// <summary>How a channel treats the calls of the services behind it: which methods are retried, and when retrying stops
/// because the server is failing.</summary>
public sealed class ServiceConfig
{
    /// <summary>Settings by method. The most specific name wins: method, then service, then <see cref="MethodName.Default"/>.</summary>
    public IList<MethodConfig> MethodConfigs { get; } = [];

    /// <summary>When set, retries of the whole channel stop while too many calls fail (gRFC A6, "Throttling").</summary>
    public RetryThrottlingPolicy? RetryThrottling { get; set; }
}
