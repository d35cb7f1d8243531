namespace Platform.Support;

/// <summary>
/// One PostgreSQL, RabbitMQ and Redis for all tests of a process, started when first asked for and ended with the
/// process; or those that the environment names, which is how <c>tests/run</c> shares one set among all processes.
/// Tests stay apart by <see cref="TestDatabase"/>, <see cref="TestBroker"/> and keys of their own ids. A test that stops
/// or floods a server starts its own <see cref="PostgresServer"/>, <see cref="RabbitMqServer"/> or <see cref="RedisServer"/>.
/// </summary>
public static class TestServers
{
    private static readonly Lazy<Task<string>> Postgres = new(async () =>
        Environment.GetEnvironmentVariable("PLATFORM_TEST_POSTGRES") ?? (await PostgresServer.StartAsync()).ConnectionString);

    private static readonly Lazy<Task<string>> Redis = new(async () =>
        Environment.GetEnvironmentVariable("PLATFORM_TEST_REDIS") ?? (await RedisServer.StartAsync()).ConnectionString);

    private static readonly Lazy<Task<(string, Uri)>> RabbitMq = new(async () =>
    {
        if (Environment.GetEnvironmentVariable("PLATFORM_TEST_RABBITMQ") is { } broker)
        {
            var management = Environment.GetEnvironmentVariable("PLATFORM_TEST_RABBITMQ_MANAGEMENT")
                ?? throw new InvalidOperationException("PLATFORM_TEST_RABBITMQ is set, PLATFORM_TEST_RABBITMQ_MANAGEMENT is missing");
            return (broker, new Uri(management));
        }
        var server = await RabbitMqServer.StartAsync();
        return (server.ConnectionString, server.Management);
    });

    /// <summary>The shared PostgreSQL, as a superuser that may create databases and roles.</summary>
    public static Task<string> PostgresAsync() => Postgres.Value;

    /// <summary>The shared broker: its default virtual host as an AMQP address, and its management API.</summary>
    public static Task<(string ConnectionString, Uri Management)> RabbitMqAsync() => RabbitMq.Value;

    /// <summary>The shared Redis, host and port.</summary>
    public static Task<string> RedisAsync() => Redis.Value;
}
