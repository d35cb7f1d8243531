using Grpc.Core;
using Platform.Shared.Errors;

namespace Platform.Billing.Peers;

/// <summary>Calls to other services, never made inside a transaction.</summary>
internal static class PeerCall
{
    /// <summary>Asks a service.</summary>
    /// <param name="service">Its name, for people.</param>
    /// <param name="call">The call.</param>
    /// <returns>The answer; null when the service answers NOT_FOUND.</returns>
    /// <exception cref="DomainException">UNAVAILABLE: it does not answer, or not in time.</exception>
    /// <exception cref="RpcException">It refuses.</exception>
    public static async Task<T?> AskAsync<T>(string service, AsyncUnaryCall<T> call)
        where T : class
    {
        try
        {
            return await call;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.NotFound)
        {
            return null;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.ResourceExhausted)
        {
            throw DomainError.Unavailable(service).ToException();
        }
    }
}
