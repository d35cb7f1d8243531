using Grpc.AspNetCore.ClientFactory;
using Grpc.Net.ClientFactory;
using Microsoft.AspNetCore.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Ties a gRPC client to the gRPC call that is being served.</summary>
public static class GrpcServerHttpClientBuilderExtensions
{
    /// <summary>Calls of this client end with the incoming call: they take over its deadline, when it is sooner than their
    /// own, and are cancelled with it.</summary>
    public static IHttpClientBuilder EnableCallContextPropagation(this IHttpClientBuilder builder) =>
        builder.EnableCallContextPropagation(static _ => { });

    /// <summary>Calls of this client end with the incoming call: they take over its deadline, when it is sooner than their
    /// own, and are cancelled with it.</summary>
    public static IHttpClientBuilder EnableCallContextPropagation(this IHttpClientBuilder builder, Action<GrpcContextPropagationOptions> configureOptions)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configureOptions);
        var settings = new GrpcContextPropagationOptions();
        configureOptions(settings);
        builder.Services.AddHttpContextAccessor();
        return builder.AddInterceptor(InterceptorScope.Channel, services =>
            new ContextPropagationInterceptor(services.GetRequiredService<IHttpContextAccessor>(), settings));
    }
}
