using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Platform.Attendance;
using Platform.Billing;
using Platform.Enrollment;
using Platform.Gateway;
using Platform.Local.Identity;
using Platform.Local.Status;
using Platform.Scheduling;
using Platform.Shared.Hosting;

namespace Platform.Local;

/// <summary>
/// The whole platform in one process: four services and the gateway, each its own web application on its own loopback ports,
/// talking gRPC to each other as they do in production. Parts whose connection string is absent are embedded.
/// </summary>
public sealed class LocalPlatform : IAsyncDisposable
{
    private readonly ConcurrentStack<WebApplication> _applications = [];

    private LocalPlatform(DevelopmentIssuer issuer, int httpPort, int grpcPort)
    {
        Issuer = issuer;
        Http = new Uri($"http://localhost:{httpPort}");
        Grpc = new Uri($"http://localhost:{grpcPort}");
    }

    /// <summary>Gives tokens for the made-up identities.</summary>
    public DevelopmentIssuer Issuer { get; }

    /// <summary>Where the gateway answers HTTP.</summary>
    public Uri Http { get; }

    /// <summary>Where the gateway answers gRPC (HTTP/2 without TLS).</summary>
    public Uri Grpc { get; }

    /// <summary>Starts everything.</summary>
    /// <param name="options">Where to listen and where to keep data.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">The environment is not Development.</exception>
    public static async Task<LocalPlatform> StartAsync(LocalOptions options, CancellationToken cancellationToken = default)
    {
        DevelopmentIssuer.RequireDevelopment(options.Environment);
        var issuer = new DevelopmentIssuer(TimeProvider.System);
        var platform = new LocalPlatform(issuer, options.HttpPort, options.GrpcPort);
        var ports = GatewayService.Services.ToDictionary(service => service, _ => FreePort(), StringComparer.Ordinal);
        var shared = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Logging:LogLevel:Default"] = "Warning",
            ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Warning",
            ["Platform:Address"] = IPAddress.Loopback.ToString(),
            ["Platform:DataDirectory"] = options.DataDirectory,
            ["Security:Issuer"] = DevelopmentIssuer.Name,
            ["Security:Audience"] = DevelopmentIssuer.Audience,
            ["Security:Jwks"] = issuer.Jwks,
            ["Security:ServiceSecret"] = Convert.ToHexString(RandomNumberGenerator.GetBytes(32)),
        };
        foreach (var (service, port) in ports)
        {
            shared[$"Services:{service}"] = $"http://{IPAddress.Loopback}:{port}";
        }

        var broker = new EmbeddedBroker();
        Host[] services =
        [
            new("enrollment", builder => builder.AddEnrollment(), app => app.MapEnrollment()),
            new("scheduling", builder => builder.AddScheduling(), app => app.MapScheduling()),
            new("attendance", builder => builder.AddAttendance(), app => app.MapAttendance()),
            new("billing", builder => builder.AddBilling(), app => app.MapBilling()),
        ];
        try
        {
            await Task.WhenAll(services.Select(service => platform.StartAsync(
                service with
                {
                    Add = builder =>
                    {
                        builder.Services.AddSingleton(broker.Transport).AddSingleton(broker.Delivery);
                        service.Add(builder);
                    },
                },
                options, shared, ports[service.Name], FreePort(), cancellationToken)));
            broker.Delivery.Open();
            var gateway = new Host("gateway", builder => builder.AddGateway(), app =>
            {
                app.MapGateway();
                app.MapDevelopmentTokens(issuer);
                app.MapStatusPage(platform);
            });
            await platform.StartAsync(gateway, options, shared, options.GrpcPort, options.HttpPort, cancellationToken);
            return platform;
        }
        catch
        {
            await platform.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts everything and serves until the process is told to stop.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> ServeAsync()
    {
        try
        {
            await using var platform = await StartAsync(LocalOptions.FromEnvironment());
            Console.WriteLine($"Ready: {platform.Http.AbsoluteUri} (gRPC on {platform.Grpc.Port}). Press Ctrl+C to stop.");
            await platform._applications.First().WaitForShutdownAsync();
            return 0;
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or StartRefusedException or OptionsValidationException)
        {
            await Console.Error.WriteLineAsync($"Not started: {e.Message}");
            return 1;
        }
    }

    /// <summary>Stops everything: the gateway first, so that nothing new comes in.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var application in _applications)
        {
            await application.StopAsync();
            await application.DisposeAsync();
        }

        Issuer.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task StartAsync(
        Host host, LocalOptions options, IReadOnlyDictionary<string, string?> shared, int grpcPort, int httpPort,
        CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            EnvironmentName = options.Environment,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Configuration.AddInMemoryCollection(shared);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Platform:GrpcPort"] = grpcPort.ToString(CultureInfo.InvariantCulture),
            ["Platform:HttpPort"] = httpPort.ToString(CultureInfo.InvariantCulture),
        });
        builder.AddPlatformDefaults(host.Name);
        host.Add(builder);
        var application = builder.Build();
        application.MapPlatformDefaults();
        host.Map(application);
        _applications.Push(application);
        await application.StartAsync(cancellationToken);
    }

    private sealed record Host(string Name, Action<WebApplicationBuilder> Add, Action<WebApplication> Map);
}
