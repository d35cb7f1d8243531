namespace Grpc.Net.ClientFactory;

/// <summary>Makes clients that were registered with <c>AddGrpcClient</c>.</summary>
public abstract class GrpcClientFactory
{
    /// <summary>Makes the client of a name.</summary>
    /// <exception cref="InvalidOperationException">No client of the type has that name, or its registration is incomplete.</exception>
    public abstract TClient CreateClient<TClient>(string name)
        where TClient : class;
}
