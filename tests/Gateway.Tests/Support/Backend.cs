using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Platform.Support;

namespace Platform.Gateway.Tests.Support;

/// <summary>A request as it reached the service.</summary>
public sealed record Arrival(string Path, string Protocol, IHeaderDictionary Headers);

/// <summary>
/// What is behind the gateway: real gRPC services on a real port that check no token, so that whatever reaches them was let through.
/// </summary>
public sealed class Backend : IAsyncDisposable
{
    private readonly WebApplication app;

    private Backend(WebApplication app, int port, Script script)
    {
        this.app = app;
        Address = AddressOf(port);
        Script = script;
    }

    public Uri Address { get; }

    public Script Script { get; }

    /// <summary>The calls that came, health checks left out.</summary>
    public IReadOnlyCollection<Arrival> Arrivals => Script.Arrivals;

    public static Uri AddressOf(int port) => new($"http://127.0.0.1:{port}");

    public static async Task<Backend> StartAsync(int? port = null)
    {
        var script = new Script();
        var listensOn = port ?? FreePort.Next();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, listensOn, o => o.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddGrpcHealthChecks().AddCheck("part", () => new HealthCheckResult(script.Health));
        builder.Services.Configure<HealthCheckPublisherOptions>(o => (o.Delay, o.Period) = (TimeSpan.Zero, TimeSpan.FromSeconds(1)));
        builder.Services.AddSingleton(script);
        var built = builder.Build();
        built.Use((context, next) =>
        {
            if (!context.Request.Path.StartsWithSegments("/grpc.health.v1.Health", StringComparison.Ordinal))
            {
                var headers = new HeaderDictionary(context.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase));
                script.Arrivals.Enqueue(new Arrival(context.Request.Path, context.Request.Protocol, headers));
            }

            return next(context);
        });
        built.MapGrpcService<Probe>();
        built.MapGrpcService<Claims>();
        built.MapGrpcService<Remittances>();
        built.MapGrpcHealthChecksService();
        await built.StartAsync();
        return new Backend(built, listensOn, script);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}

/// <summary>What the services behind the gateway do, and what they saw.</summary>
public sealed class Script
{
    public ConcurrentQueue<Arrival> Arrivals { get; } = new();

    public HealthStatus Health { get; set; } = HealthStatus.Healthy;

    /// <summary>What an echo does, in place of answering at once.</summary>
    public Func<Probing.Ping, ServerCallContext, Task<Probing.Ping>> Echo { get; set; } = (ping, _) => Task.FromResult(ping);

    /// <summary>Completes when a call was cancelled at the service.</summary>
    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Func<IServerStreamWriter<Billing.V1.DownloadClaimFileResponse>, ServerCallContext, Task> Download { get; set; } =
        (_, _) => Task.CompletedTask;

    /// <summary>What was posted so far, message by message.</summary>
    public ConcurrentQueue<Billing.V1.PostRemittanceRequest> Posted { get; } = new();

    /// <summary>Completes when the first piece of a remittance has come.</summary>
    public TaskCompletionSource FirstPiece { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether a remittance came to its end.</summary>
    public bool PostedToTheEnd { get; set; }

    /// <summary>What a posting is refused with once its first piece has come.</summary>
    public RpcException? Refusal { get; set; }
}
