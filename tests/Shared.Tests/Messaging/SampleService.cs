using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Shared.Messaging;
using Platform.Shared.Persistence;
using Platform.Shared.Tests.Sample;
using Platform.Support;

namespace Platform.Shared.Tests.Messaging;

/// <summary>A running service: its relay, its queues and its handlers, over a store and a broker that outlive it.</summary>
internal sealed class SampleService<TDb> : IAsyncDisposable
    where TDb : ServiceDbContext
{
    private readonly WebApplication _app;

    private SampleService(WebApplication app)
    {
        _app = app;
        Counters = new CounterLog(app.Services);
    }

    /// <summary>What its counters have counted since it started.</summary>
    public CounterLog Counters { get; }

    /// <param name="broker">Address of RabbitMQ, or an embedded broker.</param>
    /// <param name="options">Settings that differ from those for tests (short pauses).</param>
    public static async Task<SampleService<TDb>> StartAsync(
        SampleStore<TDb> store,
        object broker,
        FailOnErrorLogs logs,
        Action<MessagingBuilder<TDb>>? handlers = null,
        HandlerFault? fault = null,
        Action<MessagingOptions>? options = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        logs.AddTo(builder.Logging);
        if (broker is EmbeddedTransport transport)
            builder.Services.AddSingleton(transport);
        else
            builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:RabbitMq", (string)broker)]);
        builder.Services.AddPooledDbContextFactory<TDb>(store.Use);
        builder.Services.AddSingleton<Database<TDb>>();
        builder.Services.AddSingleton(fault ?? new HandlerFault());
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(15));
        builder.AddMessaging(handlers);
        builder.Services.Configure<MessagingOptions>(o =>
        {
            o.PollInterval = TimeSpan.FromMilliseconds(200);
            o.FirstBackoff = TimeSpan.FromMilliseconds(20);
            o.LongestBackoff = TimeSpan.FromMilliseconds(200);
            options?.Invoke(o);
        });
        var service = new SampleService<TDb>(builder.Build());
        await service._app.StartAsync();
        await Eventually.TrueAsync(
            async () => await service.HealthAsync() == HealthStatus.Healthy, "the bus to start", TimeSpan.FromSeconds(60));
        return service;
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public IEnumerable<T> GetAll<T>() => _app.Services.GetServices<T>();

    public async Task<HealthStatus> HealthAsync() => (await Get<HealthCheckService>().CheckHealthAsync()).Status;

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        Counters.Dispose();
        await _app.DisposeAsync();
    }
}
