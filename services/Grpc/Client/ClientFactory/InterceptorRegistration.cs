using Grpc.Core.Interceptors;

namespace Grpc.Net.ClientFactory;

/// <summary>How long an interceptor of a factory's client lives.</summary>
public enum InterceptorScope
{
    /// <summary>It is made once, with the channel, from the root services, and shared by all clients.</summary>
    Channel = 0,

    /// <summary>It is made anew for every client, from the services of the scope that asks for the client.</summary>
    Client = 1,
}

/// <summary>An interceptor to be made for a factory's clients.</summary>
public class InterceptorRegistration
{
    /// <summary>A registration.</summary>
    public InterceptorRegistration(InterceptorScope scope, Func<IServiceProvider, Interceptor> creator)
    {
        ArgumentNullException.ThrowIfNull(creator);
        Scope = scope;
        Creator = creator;
    }

    /// <summary>How long the interceptor lives.</summary>
    public InterceptorScope Scope { get; }

    internal Func<IServiceProvider, Interceptor> Creator { get; }
}
