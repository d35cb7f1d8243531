using Grpc.Core;
using Grpc.Net.Client;
using Platform.Local.Demo;
using Platform.Local.Identity;
using Platform.Shared.Security;
using Platform.Support;

namespace Platform.Acceptance.Real;

/// <summary>
/// The platform as it runs in production: each service and the gateway its own process in the Production environment, on
/// PostgreSQL, RabbitMQ and Redis servers of its own that a test may stop, with the databases made by <c>migrate</c>.
/// </summary>
public sealed class RealPlatform : IAsyncLifetime
{
    private static readonly string[] Services = ["Enrollment", "Scheduling", "Attendance", "Billing"];

    private readonly TestTokens _tokens = new();
    private readonly Dictionary<string, Dictionary<string, string?>> _settings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ProgramProcess> _processes = new(StringComparer.Ordinal);
    private readonly List<string> _endedOutput = [];
    private readonly List<TestDatabase> _databases = [];
    private GrpcChannel _channel = null!;
    private HttpClient _http = null!;

    /// <summary>The store.</summary>
    public PostgresServer Postgres { get; private set; } = null!;

    /// <summary>The broker.</summary>
    public RabbitMqServer RabbitMq { get; private set; } = null!;

    /// <summary>The capacity cache.</summary>
    public RedisServer Redis { get; private set; } = null!;

    /// <summary>Everything that the processes printed.</summary>
    public string Output => string.Join('\n', _endedOutput.Concat(_processes.Values.Select(p => p.Output)));

    public async ValueTask InitializeAsync()
    {
        var servers = (PostgresServer.StartAsync(), RabbitMqServer.StartAsync(), RedisServer.StartAsync());
        (Postgres, RabbitMq, Redis) = (await servers.Item1, await servers.Item2, await servers.Item3);
        var ports = Services.ToDictionary(s => s, _ => (Grpc: FreePort.Next(), Http: FreePort.Next()), StringComparer.Ordinal);
        var shared = new Dictionary<string, string?>(_tokens.Settings, StringComparer.Ordinal)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["Platform:Address"] = "127.0.0.1",
            ["Billing:Submitter:Id"] = "SUBMITTER1",
            ["Billing:Submitter:Name"] = "Made-Up Network",
            ["Billing:Submitter:Telephone"] = "4345550100",
            ["ConnectionStrings:RabbitMq"] = RabbitMq.ConnectionString,
            ["ConnectionStrings:Redis"] = Redis.ConnectionString,
        };
        foreach (var (service, port) in ports)
        {
            shared[$"Services:{service}"] = $"http://127.0.0.1:{port.Grpc}";
        }

        foreach (var service in Services)
        {
            var database = await TestDatabase.CreateAsync(service.ToLowerInvariant(), Postgres);
            _databases.Add(database);
            _settings[service] = new Dictionary<string, string?>(shared, StringComparer.Ordinal)
            {
                ["ConnectionStrings:Postgres"] = database.AppConnectionString,
                ["ConnectionStrings:PostgresOwner"] = database.OwnerConnectionString,
                ["Platform:ApplicationRole"] = database.AppRole,
                ["Platform:GrpcPort"] = $"{ports[service].Grpc}",
                ["Platform:HttpPort"] = $"{ports[service].Http}",
            };
        }

        var gateway = (Grpc: FreePort.Next(), Http: FreePort.Next());
        _settings["Gateway"] = new Dictionary<string, string?>(shared, StringComparer.Ordinal)
        {
            ["Platform:GrpcPort"] = $"{gateway.Grpc}",
            ["Platform:HttpPort"] = $"{gateway.Http}",
        };
        await Task.WhenAll(Services.Select(MigrateAsync));
        await Task.WhenAll(_settings.Keys.Select(StartAsync));
        _channel = GrpcChannel.ForAddress($"http://127.0.0.1:{gateway.Grpc}");
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{gateway.Http}") };
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        _http?.Dispose();
        foreach (var process in _processes.Values)
        {
            await process.DisposeAsync();
        }

        foreach (var database in _databases)
        {
            await database.DisposeAsync();
        }

        foreach (var server in new TestServer?[] { Postgres, RabbitMq, Redis }.OfType<TestServer>())
        {
            await server.DisposeAsync();
        }

        _tokens.Dispose();
    }

    /// <summary>The platform as the people of <paramref name="network"/> reach it, through the gateway.</summary>
    internal JourneyClients ClientsOf(Guid network) => new(_channel.CreateCallInvoker(), _http, who => TokenFor(who, network));

    /// <summary>gRPC through the gateway.</summary>
    internal CallInvoker Invoker => _channel.CreateCallInvoker();

    /// <summary>The issuer that the platform trusts.</summary>
    internal TestTokens Tokens => _tokens;

    /// <summary>Runs a verb of a service, such as <c>audit verify</c>, and gives its exit code and output.</summary>
    internal async Task<(int ExitCode, string Output)> RunAsync(string service, params string[] arguments)
    {
        await using var run = ProgramProcess.Start(Assembly(service), arguments, _settings[service]);
        return (await run.ExitCodeAsync(), run.Output);
    }

    /// <summary>Kills a service (SIGKILL) and leaves it down.</summary>
    internal async Task KillAsync(string service)
    {
        var process = _processes[service];
        await process.KillAsync();
        _endedOutput.Add(process.Output);
        await process.DisposeAsync();
        _processes.Remove(service);
    }

    /// <summary>Starts a service and waits until it is ready.</summary>
    internal async Task StartAsync(string service)
    {
        var process = ProgramProcess.Start(Assembly(service), [], _settings[service]);
        lock (_processes)
        {
            _processes[service] = process;
        }

        using var http = new HttpClient();
        var ready = new Uri($"http://127.0.0.1:{_settings[service]["Platform:HttpPort"]}/health/ready");
        await Eventually.TrueAsync(
            async () =>
            {
                process.HasExited.ShouldBeFalse($"{service} ended:\n{process.Output}");
                try
                {
                    using var response = await http.GetAsync(ready, TestContext.Current.CancellationToken);
                    return response.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            $"{service} to be ready",
            TimeSpan.FromMinutes(2));
    }

    private static string Assembly(string service) =>
        Repository.Program(service == "Gateway" ? "gateway" : $"services/{service}", service);

    private async Task MigrateAsync(string service)
    {
        var (exitCode, output) = await RunAsync(service, "migrate");
        exitCode.ShouldBe(0, output);
    }

    private string TokenFor(DevelopmentIdentity who, Guid network) => _tokens.Mint(
        who.Role, network, who.Sites?.ToArray() ?? [], who.PayerId,
        change: token => token.Claims["sub"] = who.Subject);
}
