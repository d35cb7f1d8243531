using Grpc.Core;

namespace Grpc.AspNetCore.Server;

/// <summary>The gRPC call that an HTTP request carries.</summary>
public interface IServerCallContextFeature
{
    /// <summary>The call's context.</summary>
    ServerCallContext ServerCallContext { get; }
}
