using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace Grpc.Net.ClientFactory;

/// <summary>How the clients of one name are made.</summary>
public class GrpcClientFactoryOptions
{
    /// <summary>The server's address; required.</summary>
    public Uri? Address { get; set; }

    /// <summary>Functions that set up the channel, in order.</summary>
    public IList<Action<GrpcChannelOptions>> ChannelOptionsActions { get; } = [];

    /// <summary>Functions that shape the options of every call, in order.</summary>
    public IList<Action<CallOptionsContext>> CallOptionsActions { get; } = [];

    /// <summary>Interceptors that every call passes; the first one added sees it first.</summary>
    public IList<InterceptorRegistration> InterceptorRegistrations { get; } = [];

    /// <summary>Makes a client of its invoker; by default the client's constructor that takes one.</summary>
    public Func<CallInvoker, object>? Creator { get; set; }

    /// <summary>Whether calls carry credentials, which need TLS unless the channel says otherwise.</summary>
    internal bool HasCallCredentials { get; set; }

    /// <summary>Makes a client of its invoker with the services of its scope; comes before <see cref="Creator"/>.</summary>
    internal Func<IServiceProvider, CallInvoker, object>? ScopedCreator { get; set; }

    /// <summary>Puts the interceptors of one scope in front of an invoker.</summary>
    internal CallInvoker Intercept(CallInvoker invoker, IServiceProvider services, InterceptorScope scope)
    {
        var interceptors = InterceptorRegistrations.Where(registration => registration.Scope == scope).Select(registration => registration.Creator(services));
        return invoker.Intercept([.. interceptors]);
    }
}
