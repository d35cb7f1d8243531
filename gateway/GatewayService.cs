using Grpc.Health.V1;
using Platform.Billing.V1;
using Platform.Gateway.Files;
using Platform.Gateway.Health;
using Platform.Gateway.Limits;
using Platform.Gateway.Routing;
using Platform.Shared.Hosting;

namespace Platform.Gateway;

/// <summary>
/// The one door to the platform: it checks tokens, limits rates, passes gRPC through to the four services, and offers health,
/// claim files and remittances over plain HTTP.
/// </summary>
public static class GatewayService
{
    /// <summary>The services behind the gateway, as configuration names them: <c>Services:Enrollment</c> and so on.</summary>
    public static IReadOnlyList<string> Services { get; } = ["enrollment", "scheduling", "attendance", "billing"];

    /// <summary>Adds the proxy, the clients behind the HTTP routes, and the limits.</summary>
    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder)
    {
        var platform = builder.Configuration.GetSection(PlatformOptions.Section).Get<PlatformOptions>() ?? new PlatformOptions();
        builder.Services.AddReverseProxy()
            .LoadFromMemory(
                ProxyRoutes.Routes(Services),
                ProxyRoutes.Clusters(Services, service => AddressOf(builder.Configuration, service)))
            .ConfigureHttpClient((_, handler) => handler.PooledConnectionLifetime = platform.ConnectionLifetime);
        var billing = AddressOf(builder.Configuration, "billing");
        builder.Services.AddGrpcClient<ClaimService.ClaimServiceClient>(options => options.Address = billing)
            .ConfigurePrimaryHttpMessageHandler(ServiceConnections.CreateHandler);
        builder.Services.AddGrpcClient<RemittanceService.RemittanceServiceClient>(options => options.Address = billing)
            .ConfigurePrimaryHttpMessageHandler(ServiceConnections.CreateHandler);
        foreach (var service in Services)
        {
            builder.Services.AddGrpcClient<Grpc.Health.V1.Health.HealthClient>(
                service, options => options.Address = AddressOf(builder.Configuration, service))
                .ConfigurePrimaryHttpMessageHandler(ServiceConnections.CreateHandler);
        }

        builder.Services.AddSingleton<ServiceHealthProbe>();
        builder.Services.AddGatewayRateLimits();
        builder.Services.AddAuthorization(ExternalCallers.AddPolicy);
        builder.Services.Configure<TransferOptions>(builder.Configuration.GetSection(TransferOptions.Section));
        return builder;
    }

    /// <summary>Maps the proxied services and the HTTP routes.</summary>
    public static WebApplication MapGateway(this WebApplication app)
    {
        app.UseRateLimiter();
        app.MapServiceHealth(Services);
        app.MapClaimFiles();
        app.MapRemittances();
        app.MapReverseProxy();
        return app;
    }

    private static Uri AddressOf(ConfigurationManager configuration, string service)
    {
        var address = configuration[$"Services:{char.ToUpperInvariant(service[0])}{service[1..]}"];
        return Uri.TryCreate(address, UriKind.Absolute, out var uri)
            ? uri
            : throw new InvalidOperationException(
                $"Services:{char.ToUpperInvariant(service[0])}{service[1..]} must be the address of the {service} service, such as http://{service}:8081.");
    }
}
