using Grpc.Net.Client;
using Grpc.Net.ClientFactory;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers gRPC clients. A client is made anew wherever it is asked for; its channel is shared by all of its name.</summary>
public static class GrpcClientServiceExtensions
{
    /// <summary>Registers a client under its type's name.</summary>
    public static IHttpClientBuilder AddGrpcClient<TClient>(this IServiceCollection services)
        where TClient : class => services.AddGrpcClient<TClient>(NameOf<TClient>());

    /// <summary>Registers a client under its type's name.</summary>
    public static IHttpClientBuilder AddGrpcClient<TClient>(this IServiceCollection services, Action<GrpcClientFactoryOptions> configureClient)
        where TClient : class => services.AddGrpcClient<TClient>(NameOf<TClient>(), configureClient);

    /// <summary>Registers a client under its type's name.</summary>
    public static IHttpClientBuilder AddGrpcClient<TClient>(
        this IServiceCollection services, Action<IServiceProvider, GrpcClientFactoryOptions> configureClient)
        where TClient : class => services.AddGrpcClient<TClient>(NameOf<TClient>(), configureClient);

    /// <summary>Registers a client under a name.</summary>
    /// <exception cref="InvalidOperationException">The name is another client's.</exception>
    public static IHttpClientBuilder AddGrpcClient<TClient>(this IServiceCollection services, string name)
        where TClient : class => services.AddGrpcClient<TClient>(name, static (_, _) => { });

    /// <summary>Registers a client under a name.</summary>
    /// <exception cref="InvalidOperationException">The name is another client's.</exception>
    public static IHttpClientBuilder AddGrpcClient<TClient>(
        this IServiceCollection services, string name, Action<GrpcClientFactoryOptions> configureClient)
        where TClient : class
    {
        ArgumentNullException.ThrowIfNull(configureClient);
        return services.AddGrpcClient<TClient>(name, (_, options) => configureClient(options));
    }

    /// <summary>Registers a client under a name.</summary>
    /// <exception cref="InvalidOperationException">The name is another client's.</exception>
    public static IHttpClientBuilder AddGrpcClient<TClient>(
        this IServiceCollection services, string name, Action<IServiceProvider, GrpcClientFactoryOptions> configureClient)
        where TClient : class
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(configureClient);

        services.TryAddSingleton<GrpcChannelCache>();
        services.TryAddTransient<GrpcClientFactory, DefaultGrpcClientFactory>();
        Names(services).Add(typeof(TClient), name);
        services.AddTransient(provider => provider.GetRequiredService<GrpcClientFactory>().CreateClient<TClient>(name));
        services.AddSingleton<IConfigureOptions<GrpcClientFactoryOptions>>(provider =>
            new ConfigureNamedOptions<GrpcClientFactoryOptions>(name, options => configureClient(provider, options)));

        // The channel keeps its handler for good, so the factory's rotation would only leave it with an expired one.
        services.Configure<HttpClientFactoryOptions>(name, options => options.HandlerLifetime = Timeout.InfiniteTimeSpan);
        return services.AddHttpClient(name).ConfigurePrimaryHttpMessageHandler(GrpcChannel.CreateHandler);
    }

    private static string NameOf<TClient>() => typeof(TClient).Name;

    private static GrpcClientNames Names(IServiceCollection services)
    {
        var registered = services.FirstOrDefault(service => service.ServiceType == typeof(GrpcClientNames));
        if (registered?.ImplementationInstance is GrpcClientNames names)
        {
            return names;
        }

        names = new GrpcClientNames();
        services.AddSingleton(names);
        return names;
    }
}
