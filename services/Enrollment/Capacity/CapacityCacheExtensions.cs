using Platform.Shared.Hosting;
using StackExchange.Redis;

namespace Platform.Enrollment.Capacity;

/// <summary>Chooses the capacity cache: Redis by <c>ConnectionStrings:Redis</c>, or one in the process when it is absent.</summary>
internal static class CapacityCacheExtensions
{
    public static void AddCapacityCache(this WebApplicationBuilder builder)
    {
        if (builder.ConnectionOrEmbedded("Redis") is not { } connection)
        {
            builder.Services.AddSingleton<ICapacityCache, InProcessCapacityCache>();
            return;
        }

        builder.Services.AddSingleton<IConnectionMultiplexer>(_ =>
        {
            // A service starts without Redis and finds it when it comes.
            var options = ConfigurationOptions.Parse(connection);
            options.AbortOnConnectFail = false;
            return ConnectionMultiplexer.Connect(options);
        });
        builder.Services.AddSingleton<RedisPause>();
        builder.Services.AddSingleton<RedisFeed>();
        builder.Services.AddSingleton<ICapacityCache, RedisCapacityCache>();
    }
}
