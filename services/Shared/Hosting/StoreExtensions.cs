using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Platform.Shared.Auditing;
using Platform.Shared.Messaging;
using Platform.Shared.Persistence;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Shared.Hosting;

/// <summary>Adds a service's store.</summary>
public static class StoreExtensions
{
    /// <summary>
    /// Adds the service's store, with what opens it (<see cref="Database{TDb}"/>), what RPCs work through
    /// (<see cref="Operations{TDb}"/>), its health check, and the verbs <c>migrate</c> and <c>audit</c>.
    /// </summary>
    /// <typeparam name="TDb">The store; its only constructor takes <see cref="DbContextOptions{TDb}"/>.</typeparam>
    public static WebApplicationBuilder AddStore<TDb>(this WebApplicationBuilder builder)
        where TDb : ServiceDbContext
    {
        var postgres = builder.ConnectionOrEmbedded("Postgres");
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.Configure<SecurityOptions>(options => options.NeedsServiceSecret = true);
        services.AddSingleton(provider =>
        {
            var platform = provider.GetRequiredService<IOptions<PlatformOptions>>().Value;
            return new StoreOptions(postgres, platform.Service, platform.DataDirectory);
        });
        services.AddPooledDbContextFactory<TDb>((provider, options) => provider.GetRequiredService<StoreOptions>().Configure(options));
        services.AddSingleton<Database<TDb>>();
        services.AddSingleton<Operations<TDb>>();
        services.TryAddSingleton<OutboxSignal>();
        services.AddSingleton<Migrator<TDb>>();
        services.AddSingleton<AuditVerifier<TDb>>();
        services.AddHostedService<StoreStartup<TDb>>();
        services.AddHealthChecks().AddCheck<StoreHealth<TDb>>("store");
        services.AddSingleton(new Verb("migrate", "migrate", MigrateAsync<TDb>));
        services.AddSingleton(new Verb("audit", "audit verify [--network ID]", AuditAsync<TDb>));
        return builder;
    }

    private static async Task<int> MigrateAsync<TDb>(
        IServiceProvider services, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
        where TDb : ServiceDbContext
    {
        var done = await services.GetRequiredService<Migrator<TDb>>().RunAsync(cancellationToken);
        foreach (var line in done)
        {
            Console.WriteLine(line);
        }

        Console.WriteLine(done.Count == 0 ? "nothing to apply; policies and grants are in place" : "up to date");
        if (services.GetService<BrokerTopology>() is { } broker)
        {
            await broker.DeclareAsync(cancellationToken);
            Console.WriteLine($"declared {broker.Queues.Count()} queues");
        }

        return 0;
    }

    private static async Task<int> AuditAsync<TDb>(
        IServiceProvider services, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
        where TDb : ServiceDbContext
    {
        Guid? network = null;
        if (arguments is ["verify", "--network", var text] && Guid.TryParse(text, out var id))
        {
            network = id;
        }
        else if (arguments is not ["verify"])
        {
            throw new StartRefusedException("Usage: audit verify [--network ID]");
        }

        var intact = true;
        await foreach (var chain in services.GetRequiredService<AuditVerifier<TDb>>().VerifyAsync(network, cancellationToken))
        {
            Console.WriteLine(chain);
            intact &= chain.BrokenAt is null;
        }

        return intact ? 0 : 1;
    }
}
