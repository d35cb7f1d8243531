using System.Net;
using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using Grpc.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Grpc.Tests.Interop;
using Platform.Support;

namespace Platform.Grpc.Tests.Server;

/// <summary>A gRPC server on a free port, with the interop service unless the test maps others. Disposed of at the end of the
/// test, it fails the test if the server logged an error that was not expected.</summary>
public sealed class GrpcServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private GrpcChannel? _channel;

    private GrpcServer(WebApplication app, FailOnErrorLogs logs)
    {
        _app = app;
        Logs = logs;
        Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    }

    public string Address { get; }

    public int Port => new Uri(Address).Port;

    public FailOnErrorLogs Logs { get; }

    public IServiceProvider Services => _app.Services;

    public GrpcChannel Channel => _channel ??= GrpcChannel.ForAddress(Address);

    public TestService.TestServiceClient Client => new(Channel);

    public static async Task<GrpcServer> StartAsync(
        Action<GrpcServiceOptions>? options = null,
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? map = null,
        HttpProtocols protocols = HttpProtocols.Http2,
        Action<KestrelServerOptions>? kestrel = null)
    {
        var logs = new FailOnErrorLogs();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Debug);
        logs.AddTo(builder.Logging);
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols);
            kestrel?.Invoke(server);
        });
        builder.Services.AddGrpc(options ?? (_ => { }));
        services?.Invoke(builder.Services);
        var app = builder.Build();
        (map ?? (routes => routes.MapGrpcService<TestServiceImpl>()))(app);
        await app.StartAsync();
        return new GrpcServer(app, logs);
    }

    /// <summary>Begins to stop the server and waits until it has.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        await _app.DisposeAsync();
        Logs.Verify();
    }
}
