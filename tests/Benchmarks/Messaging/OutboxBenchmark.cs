using System.Diagnostics;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Shared.Messaging;
using Platform.Shared.Persistence;
using Platform.Support;
using RabbitMQ.Client;

namespace Platform.Benchmarks.Messaging;

/// <summary>
/// Events through the outbox (written in transactions of ten, claimed, published, confirmed, deleted) against the same messages
/// published with confirms and no outbox, in alternating rounds of one run over the same broker.
/// </summary>
internal static class OutboxBenchmark
{
    private const int Rounds = 7;
    private const int Events = 5_000;
    private const int EventsPerTransaction = 10;
    private const int InFlight = 100;

    private static readonly Guid Network = Guid.NewGuid();

    public static async Task RunAsync()
    {
        await using var database = await TestDatabase.CreateAsync("outbox_benchmark");
        await using var broker = await TestBroker.CreateAsync("outbox-benchmark");
        await BindQueueAsync(broker.ConnectionString);
        await using var app = await StartAsync(database.OwnerConnectionString, broker.ConnectionString);
        var direct = new List<double>();
        var relayed = new List<double>();
        var whole = new List<double>();
        for (var round = 0; round <= Rounds; round++)
        {
            var d = await PublishAsync(app);
            var (r, w) = await RelayAsync(app);
            if (round > 0) // the first one warms up
            {
                direct.Add(d);
                relayed.Add(r);
                whole.Add(w);
            }
        }

        Console.WriteLine($"{Rounds} rounds of {Events} events, medians");
        Console.WriteLine($"published with confirms, no outbox:      {Median(direct),8:0} events/s");
        Console.WriteLine($"relayed from a full outbox:              {Median(relayed),8:0} events/s  ratio {Median(relayed) / Median(direct):0.00}");
        Console.WriteLine($"written in transactions, then relayed:   {Median(whole),8:0} events/s  ratio {Median(whole) / Median(direct):0.00}");
        await app.StopAsync();
    }

    /// <summary>A queue that nobody reads, of the kind that services have: what is published is routed and stored.</summary>
    private static async Task BindQueueAsync(string broker)
    {
        const string Exchange = "benchmark.counted";
        await using var connection = await new ConnectionFactory { Uri = new Uri(broker) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync(Exchange, RabbitMQ.Client.ExchangeType.Fanout, durable: true);
        var quorum = new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-queue-type"] = "quorum" };
        await channel.QueueDeclareAsync(Exchange, durable: true, exclusive: false, autoDelete: false, quorum);
        await channel.QueueBindAsync(Exchange, Exchange, string.Empty);
    }

    private static async Task<double> PublishAsync(WebApplication app)
    {
        var publisher = app.Services.GetRequiredService<EventPublisher>();
        var messages = Enumerable.Range(0, Events)
            .Select(i => OutboxMessage.From(new Counted(i, Guid.NewGuid()), Guid.NewGuid(), Network, DateTimeOffset.UtcNow)).ToList();
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(
            messages,
            new ParallelOptions { MaxDegreeOfParallelism = InFlight },
            async (message, token) => await publisher.PublishAsync(message, token));
        return Events / watch.Elapsed.TotalSeconds;
    }

    private static async Task<(double Relayed, double Whole)> RelayAsync(WebApplication app)
    {
        var database = app.Services.GetRequiredService<Database<BenchmarkDbContext>>();
        var relay = ActivatorUtilities.CreateInstance<OutboxRelay<BenchmarkDbContext>>(app.Services);
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Events / EventsPerTransaction),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (_, token) => await database.WriteAsync(
                Network,
                null,
                (db, _) =>
                {
                    for (var i = 0; i < EventsPerTransaction; i++)
                        db.Publish(new Counted(i, Guid.NewGuid()), Guid.NewGuid());
                    return Task.FromResult(0);
                },
                token));
        var relaying = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, OutboxRelay<BenchmarkDbContext>.Pumps).Select(async _ =>
        {
            while ((await relay.RelayBatchAsync(CancellationToken.None)).Claimed > 0)
            {
                // Until nothing is left.
            }
        }));
        return (Events / relaying.Elapsed.TotalSeconds, Events / watch.Elapsed.TotalSeconds);
    }

    private static async Task<WebApplication> StartAsync(string postgres, string rabbitMq)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:RabbitMq", rabbitMq)]);
        builder.Services.AddPooledDbContextFactory<BenchmarkDbContext>(options => options.UseNpgsql(postgres));
        builder.Services.AddSingleton<Database<BenchmarkDbContext>>();
        builder.AddMessaging<BenchmarkDbContext>();

        // The rounds call the relay themselves, so that writing and relaying are timed apart.
        foreach (var worker in builder.Services.Where(s => s.ImplementationType?.Namespace == typeof(MessagingOptions).Namespace
            && s.ServiceType == typeof(IHostedService)).ToList())
        {
            builder.Services.Remove(worker);
        }

        var app = builder.Build();
        await using (var db = await app.Services.GetRequiredService<IDbContextFactory<BenchmarkDbContext>>().CreateDbContextAsync())
            await db.Database.EnsureCreatedAsync();
        await app.StartAsync();
        await Eventually.TrueAsync(
            () => app.Services.GetRequiredService<IBusControl>().CheckHealth().Status == BusHealthStatus.Healthy, "the bus to start");
        return app;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}

/// <summary>An event of the size that the platform's events have.</summary>
[EventName("benchmark.counted")]
internal sealed record Counted(int Number, Guid Subject) : IDomainEvent;

internal sealed class BenchmarkDbContext(DbContextOptions<BenchmarkDbContext> options) : ServiceDbContext(options)
{
    protected override void MapTables(ModelBuilder model)
    {
        // The tables that every service has are enough.
    }
}
