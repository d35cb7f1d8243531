using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Grpc.Net.ClientFactory;

/// <summary>Makes clients in a scope, over the channel that all clients of their name share.</summary>
internal sealed class DefaultGrpcClientFactory(
    IServiceProvider services, GrpcChannelCache channels, IOptionsMonitor<GrpcClientFactoryOptions> options) : GrpcClientFactory
{
    public override TClient CreateClient<TClient>(string name)
    {
        if (!services.GetRequiredService<GrpcClientNames>().Has(typeof(TClient), name))
        {
            throw new InvalidOperationException($"No gRPC client configured with name '{name}'.");
        }

        var settings = options.Get(name);
        var invoker = channels.Invoker(typeof(TClient), name);
        if (settings.CallOptionsActions.Count > 0)
        {
            invoker = new CallOptionsInvoker(invoker, settings.CallOptionsActions, services);
        }

        invoker = settings.Intercept(invoker, services, InterceptorScope.Client);
        return settings switch
        {
            { ScopedCreator: { } create } => Cast<TClient>(create(services, invoker)),
            { Creator: { } create } => Cast<TClient>(create(invoker)),
            _ => ClientOf<TClient>.Create(services, invoker),
        };
    }

    private static TClient Cast<TClient>(object? client)
        where TClient : class => client switch
        {
            TClient right => right,
            null => throw new InvalidOperationException("A null instance was returned by the configured client creator."),
            _ => throw new InvalidOperationException($"The {client.GetType().FullName} instance returned by the configured client creator is not compatible with {typeof(TClient).FullName}."),
        };

    private static class ClientOf<TClient>
        where TClient : class
    {
        private static readonly ObjectFactory<TClient> Factory = ActivatorUtilities.CreateFactory<TClient>([typeof(CallInvoker)]);

        public static TClient Create(IServiceProvider services, CallInvoker invoker) => Factory(services, [invoker]);
    }
}

/// <summary>Which client types are registered under which names. One name serves one type: its settings are found by it.</summary>
internal sealed class GrpcClientNames
{
    private readonly Dictionary<string, Type> _types = new(StringComparer.Ordinal);

    /// <summary>Registers a name.</summary>
    /// <exception cref="InvalidOperationException">Another type has it.</exception>
    public void Add(Type type, string name)
    {
        if (!_types.TryAdd(name, type) && _types[name] != type)
        {
            throw new InvalidOperationException(
                $"The gRPC client factory already has a registered client with the name '{name}', bound to the type '{_types[name].FullName}'.");
        }
    }

    public bool Has(Type type, string name) => _types.TryGetValue(name, out var registered) && registered == type;
}
