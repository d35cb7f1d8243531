using Google.Protobuf;

namespace Grpc.Core;

/// <summary>Failures that carry a <see cref="Google.Rpc.Status" /> (the richer error model, grpc.io/docs/guides/error).</summary>
public static class RpcStatusExtensions
{
    /// <summary>A failure with the status's code and message, and the status itself in its trailers.</summary>
    public static RpcException ToRpcException(this Google.Rpc.Status status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return status.ToRpcException((StatusCode)status.Code, status.Message);
    }

    /// <summary>A failure with another code and message, and the status in its trailers.</summary>
    public static RpcException ToRpcException(this Google.Rpc.Status status, StatusCode statusCode, string message)
    {
        ArgumentNullException.ThrowIfNull(status);
        var trailers = new Metadata { { MetadataExtensions.StatusDetailsTrailerName, status.ToByteArray() } };
        return new RpcException(new Status(statusCode, message), trailers);
    }
}
