namespace Grpc.Net.Client.Configuration;

/// <summary>Names one method, all methods of a service (no <see cref="Method"/>), or everything (neither).</summary>
public sealed class MethodName
{
    /// <summary>Matches every method of every service that has no settings of its own.</summary>
    public static readonly MethodName Default = new();

    /// <summary>The method's name without its service, such as <c>Check</c>.</summary>
    public string? Method { get; set; }

    /// <summary>The service's full name, such as <c>grpc.health.v1.Health</c>.</summary>
    public string? Service { get; set; }
}
