using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Platform.Grpc.Tests.Server;

public sealed class HealthTests
{
    private readonly Dictionary<string, HealthStatus> _checks = new()
    {
        ["store"] = HealthStatus.Healthy, ["broker"] = HealthStatus.Healthy,
    };

    [Fact]
    public async Task The_server_serves_while_all_its_checks_pass()
    {
        await using var server = await StartAsync();
        var client = new Health.HealthClient(server.Channel);

        (await client.CheckAsync(new HealthCheckRequest())).Status.ShouldBe(ServingStatus.Serving);
        _checks["broker"] = HealthStatus.Degraded;
        (await client.CheckAsync(new HealthCheckRequest())).Status.ShouldBe(ServingStatus.Serving);
        _checks["broker"] = HealthStatus.Unhealthy;
        (await client.CheckAsync(new HealthCheckRequest())).Status.ShouldBe(ServingStatus.NotServing);
        server.Logs.Expect("Microsoft.Extensions.Diagnostics.HealthChecks", "broker");
    }

    [Fact]
    public async Task A_service_has_the_health_of_the_checks_that_are_mapped_to_it()
    {
        await using var server = await StartAsync();
        var client = new Health.HealthClient(server.Channel);
        _checks["broker"] = HealthStatus.Unhealthy;
        server.Logs.Expect("Microsoft.Extensions.Diagnostics.HealthChecks", "broker");

        (await client.CheckAsync(new HealthCheckRequest { Service = "reader" })).Status.ShouldBe(ServingStatus.Serving);
        (await client.CheckAsync(new HealthCheckRequest { Service = "sender" })).Status.ShouldBe(ServingStatus.NotServing);
        (await client.CheckAsync(new HealthCheckRequest { Service = "idler" })).Status.ShouldBe(ServingStatus.Unknown);
    }

    [Fact]
    public async Task Checking_an_unknown_service_is_NOT_FOUND()
    {
        await using var server = await StartAsync();
        var check = async () => await new Health.HealthClient(server.Channel).CheckAsync(new HealthCheckRequest { Service = "nobody" });

        (await check.ShouldThrowAsync<RpcException>()).StatusCode.ShouldBe(StatusCode.NotFound);
    }

    [Fact]
    public async Task A_watch_tells_the_status_and_then_each_change_of_it()
    {
        await using var server = await StartAsync();
        server.Logs.Expect("Microsoft.Extensions.Diagnostics.HealthChecks", "store");
        using var watch = new Health.HealthClient(server.Channel).Watch(new HealthCheckRequest { Service = "reader" });

        (await NextAsync(watch)).ShouldBe(ServingStatus.Serving);
        _checks["broker"] = HealthStatus.Unhealthy;
        server.Logs.Expect("Microsoft.Extensions.Diagnostics.HealthChecks", "broker");
        await PublishAsync(server);
        _checks["store"] = HealthStatus.Unhealthy;
        await PublishAsync(server);
        (await NextAsync(watch)).ShouldBe(ServingStatus.NotServing);
        _checks["store"] = HealthStatus.Healthy;
        await PublishAsync(server);
        (await NextAsync(watch)).ShouldBe(ServingStatus.Serving);
    }

    [Fact]
    public async Task Watching_an_unknown_service_tells_so_and_goes_on()
    {
        await using var server = await StartAsync();
        using var watch = new Health.HealthClient(server.Channel).Watch(new HealthCheckRequest { Service = "nobody" });

        (await NextAsync(watch)).ShouldBe(ServingStatus.ServiceUnknown);
        var next = watch.ResponseStream.MoveNext();
        await PublishAsync(server);
        next.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_server_that_stops_ends_its_watches()
    {
        await using var server = await StartAsync();
        using var watch = new Health.HealthClient(server.Channel).Watch(new HealthCheckRequest());
        (await NextAsync(watch)).ShouldBe(ServingStatus.Serving);

        var stopping = server.StopAsync();

        (await NextAsync(watch)).ShouldBe(ServingStatus.NotServing);
        (await watch.ResponseStream.MoveNext()).ShouldBeFalse();
        watch.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
        await stopping;
    }

    [Fact]
    public async Task With_the_cache_a_call_runs_no_checks()
    {
        await using var server = await StartAsync(cached: true);
        var client = new Health.HealthClient(server.Channel);

        (await client.CheckAsync(new HealthCheckRequest())).Status.ShouldBe(ServingStatus.Unknown);
        await PublishAsync(server);
        _checks["broker"] = HealthStatus.Unhealthy;
        (await client.CheckAsync(new HealthCheckRequest())).Status.ShouldBe(ServingStatus.Serving);
    }

    private static async Task<ServingStatus> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> watch)
    {
        (await watch.ResponseStream.MoveNext(new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token)).ShouldBeTrue();
        return watch.ResponseStream.Current.Status;
    }

    /// <summary>What the host's timer does every half minute.</summary>
    private static async Task PublishAsync(GrpcServer server)
    {
        var report = await server.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        foreach (var publisher in server.Services.GetServices<IHealthCheckPublisher>())
        {
            await publisher.PublishAsync(report, CancellationToken.None);
        }
    }

    private Task<GrpcServer> StartAsync(bool cached = false) => GrpcServer.StartAsync(
        services: services =>
        {
            // The host's own timer is put off, so that a test alone says when a report is published.
            services.Configure<HealthCheckPublisherOptions>(options => options.Delay = TimeSpan.FromHours(1));
            services
                .AddGrpcHealthChecks(options =>
                {
                    options.UseHealthChecksCache = cached;
                    options.Services.Map("reader", check => check.Name == "store");
                    options.Services.Map("sender", check => check.Tags.Contains("messages"));
                    options.Services.Map("idler", _ => false);
                })
                .AddCheck("store", () => new HealthCheckResult(_checks["store"]))
                .AddCheck("broker", () => new HealthCheckResult(_checks["broker"]), tags: ["messages"]);
        },
        map: app => app.MapGrpcHealthChecksService());
}
