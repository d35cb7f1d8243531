using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Platform.Shared.Hosting;

namespace Platform.Support;

/// <summary>
/// A service as it runs in production, in the test's process: real Kestrel on free loopback ports, real gRPC, real tokens; on
/// PostgreSQL when a <see cref="TestDatabase"/> is given, else on a SQLite file in a folder of its own. Disposed, it is stopped,
/// and its folder is gone; an error that it logged and that was not expected fails the test.
/// </summary>
public sealed class TestHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly DirectoryInfo folder;
    private readonly bool ownsLogs;

    private TestHost(WebApplication app, DirectoryInfo folder, FailOnErrorLogs logs, bool ownsLogs, int grpcPort, int httpPort)
    {
        this.app = app;
        this.folder = folder;
        this.ownsLogs = ownsLogs;
        Logs = logs;
        Address = new Uri($"http://127.0.0.1:{grpcPort}");
        HttpAddress = new Uri($"http://127.0.0.1:{httpPort}");
        Channel = GrpcChannel.ForAddress(Address);
    }

    /// <summary>Where it serves gRPC.</summary>
    public Uri Address { get; }

    /// <summary>Where it serves HTTP/1.1.</summary>
    public Uri HttpAddress { get; }

    /// <summary>A channel to it: <c>new EpisodeService.EpisodeServiceClient(host.Channel)</c>.</summary>
    public GrpcChannel Channel { get; }

    /// <summary>What it logged.</summary>
    public FailOnErrorLogs Logs { get; }

    /// <summary>Its services.</summary>
    public IServiceProvider Services => app.Services;

    /// <summary>Builds and starts a service.</summary>
    /// <param name="service">Its name, such as <c>enrollment</c>.</param>
    /// <param name="add">What its program adds, such as <c>b => b.AddEnrollment()</c>.</param>
    /// <param name="map">What its program maps.</param>
    /// <param name="tokens">The issuer whose tokens it accepts.</param>
    /// <param name="database">Where its rows are kept, migrated here first; null for an embedded file.</param>
    /// <param name="settings">Further settings.</param>
    /// <param name="time">Its clock; the system's when not given.</param>
    /// <param name="logs">Where its log goes, where several hosts share one; else it has its own.</param>
    public static async Task<TestHost> StartAsync(
        string service, Action<WebApplicationBuilder> add, Action<WebApplication> map, TestTokens tokens,
        TestDatabase? database = null, IReadOnlyDictionary<string, string?>? settings = null, TimeProvider? time = null,
        FailOnErrorLogs? logs = null)
    {
        var data = Directory.CreateTempSubdirectory($"{service}-");
        var (grpc, http) = (FreePort.Next(), FreePort.Next());
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Test" });
        builder.Configuration.AddInMemoryCollection(tokens.Settings);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            // Nobody answers there: a test that asks another service says where it is.
            ["Services:Attendance"] = "http://127.0.0.1:9",
            ["Platform:GrpcPort"] = $"{grpc}",
            ["Platform:HttpPort"] = $"{http}",
            ["Platform:Address"] = "127.0.0.1",
            ["Platform:DataDirectory"] = data.FullName,
            ["Platform:ShutdownSeconds"] = "5",
            ["Platform:ApplicationRole"] = database?.AppRole ?? "platform_app",
            ["ConnectionStrings:Postgres"] = database?.AppConnectionString,
            ["ConnectionStrings:PostgresOwner"] = database?.OwnerConnectionString,
        });
        builder.Configuration.AddInMemoryCollection(settings ?? new Dictionary<string, string?>(StringComparer.Ordinal));
        builder.AddPlatformDefaults(service);
        add(builder);
        if (time is not null)
            builder.Services.Replace(ServiceDescriptor.Singleton(time));
        builder.Logging.ClearProviders();
        var log = logs ?? new FailOnErrorLogs();
        log.AddTo(builder.Logging);
        var host = builder.Build();
        host.MapPlatformDefaults();
        map(host);
        if (database is not null)
            await host.Services.GetServices<Verb>().Single(verb => verb.Name == "migrate").RunAsync(host.Services, [], default);
        await host.StartAsync();
        return new TestHost(host, data, log, logs is null, grpc, http);
    }

    /// <summary>Stops the service and removes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        folder.Delete(recursive: true);
        if (ownsLogs)
            Logs.Dispose();
    }
}
