namespace Grpc.AspNetCore.ClientFactory;

/// <summary>How a client takes over the deadline and the cancellation of the incoming call.</summary>
public class GrpcContextPropagationOptions
{
    /// <summary>Whether a client may be used outside of an incoming gRPC call, where there is nothing to take over. By
    /// default that throws <see cref="InvalidOperationException"/>.</summary>
    public bool SuppressContextNotFoundErrors { get; set; }
}
