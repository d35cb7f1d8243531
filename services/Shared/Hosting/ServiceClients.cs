using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Platform.Shared.Security;

namespace Platform.Shared.Hosting;

/// <summary>Adds the clients with which services call each other.</summary>
public static class ServiceClients
{
    /// <summary>
    /// Adds a gRPC client of another service, at the address <c>Services:NAME</c>. A call ends with the call that caused it; UNAVAILABLE
    /// is tried again a few times, which is safe because every change carries a request id.
    /// </summary>
    /// <typeparam name="TClient">The generated client.</typeparam>
    /// <param name="builder">The process.</param>
    /// <param name="service">Name of the service, such as <c>enrollment</c>.</param>
    public static WebApplicationBuilder AddServiceClient<TClient>(this WebApplicationBuilder builder, string service)
        where TClient : class
    {
        builder.Services.TryAddSingleton<ServiceIdentity>();
        var used = new UsedService(service);
        builder.Services.AddSingleton(used);
        builder.Services
            .AddGrpcClient<TClient>((provider, client) =>
            {
                client.Address = new Uri(provider.GetRequiredService<IConfiguration>()[used.Setting]!);
                client.ChannelOptionsActions.Add(channel => channel.ServiceConfig = Retries());
            })
            .ConfigurePrimaryHttpMessageHandler(ServiceConnections.CreateHandler)
            .AddInterceptor(() => new DefaultDeadline())
            .EnableCallContextPropagation(propagation => propagation.SuppressContextNotFoundErrors = true);
        return builder;
    }

    private static ServiceConfig Retries() => new()
    {
        MethodConfigs =
        {
            new MethodConfig
            {
                Names = { MethodName.Default },
                RetryPolicy = new RetryPolicy
                {
                    MaxAttempts = 4,
                    InitialBackoff = TimeSpan.FromMilliseconds(100),
                    MaxBackoff = TimeSpan.FromSeconds(2),
                    BackoffMultiplier = 2,
                    RetryableStatusCodes = { StatusCode.Unavailable },
                },
            },
        },
    };

    /// <summary>
    /// Ends a unary call without a deadline after a while: nobody waits for ever for a service that hangs. gRPC measures deadlines
    /// by the system's clock.
    /// </summary>
    private sealed class DefaultDeadline : Interceptor
    {
        private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(10);

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            if (context.Options.Deadline is null)
            {
                var options = context.Options.WithDeadline(TimeProvider.System.GetUtcNow().UtcDateTime + AtMost);
                context = new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, options);
            }

            return continuation(request, context);
        }
    }
}
