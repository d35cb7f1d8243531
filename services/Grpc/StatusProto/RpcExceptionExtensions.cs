namespace Grpc.Core;

/// <summary>Reads the richer error model from a failure.</summary>
public static class RpcExceptionExtensions
{
    /// <summary>The status in the failure's trailers; null when there is none or it does not parse.</summary>
    public static Google.Rpc.Status? GetRpcStatus(this RpcException ex)
    {
        ArgumentNullException.ThrowIfNull(ex);
        return ex.Trailers.GetRpcStatus(ignoreParseError: true);
    }
}
