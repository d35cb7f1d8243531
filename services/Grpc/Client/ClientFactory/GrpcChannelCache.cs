using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.Net.ClientFactory;

/// <summary>One channel for each client name, made with the name's HTTP handlers when it is first used and kept until the
/// host stops: HTTP/2 connections are long-lived, and address changes are the handler's to notice.</summary>
internal sealed class GrpcChannelCache(
    IServiceProvider services,
    IHttpMessageHandlerFactory handlers,
    IOptionsMonitor<GrpcClientFactoryOptions> options,
    IOptionsMonitor<HttpClientFactoryOptions> httpOptions,
    ILoggerFactory loggers) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<(GrpcChannel Channel, CallInvoker Invoker)>> _channels = new(StringComparer.Ordinal);

    /// <summary>The invoker of a name, with the interceptors that live as long as the channel.</summary>
    /// <exception cref="InvalidOperationException">The name's registration is incomplete or contradicts itself.</exception>
    public CallInvoker Invoker(Type client, string name) => _channels.GetOrAdd(
        name,
        static (key, state) => new Lazy<(GrpcChannel, CallInvoker)>(() => state.Cache.Create(state.Client, key)),
        (Cache: this, Client: client)).Value.Invoker;

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var channel in _channels.Values.Where(channel => channel.IsValueCreated))
        {
            channel.Value.Channel.Dispose();
        }
    }

    private (GrpcChannel Channel, CallInvoker Invoker) Create(Type client, string name)
    {
        if (httpOptions.Get(name).HttpClientActions.Count > 0)
        {
            throw new InvalidOperationException(
                $"The ConfigureHttpClient method is not supported when creating gRPC clients. Unable to create client with name '{name}'.");
        }

        var settings = options.Get(name);
        var channelOptions = new GrpcChannelOptions
        {
            HttpHandler = handlers.CreateHandler(name),
            LoggerFactory = loggers,
            ServiceProvider = services,
        };
        foreach (var configure in settings.ChannelOptionsActions)
        {
            configure(channelOptions);
        }

        var address = settings.Address ?? throw new InvalidOperationException(
            $"Could not resolve the address for gRPC client '{name}'. Set an address when registering the client: services.AddGrpcClient<{client.Name}>(o => o.Address = new Uri(\"https://localhost:5001\"))");
        if (settings.HasCallCredentials && address.Scheme != Uri.UriSchemeHttps && !channelOptions.UnsafeUseInsecureChannelCallCredentials)
        {
            throw new InvalidOperationException(
                $"Call credential configured for gRPC client '{name}' requires TLS, and the client isn't configured to use TLS. Either configure a TLS address, or use the call credential without TLS by setting GrpcChannelOptions.UnsafeUseInsecureChannelCallCredentials to true.");
        }

        var channel = GrpcChannel.ForAddress(address, channelOptions);
        return (channel, settings.Intercept(channel.CreateCallInvoker(), services, InterceptorScope.Channel));
    }
}
