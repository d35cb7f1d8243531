using Grpc.Core;
using Platform.Billing.V1;
using Platform.Enrollment.V1;
using Platform.Local.Demo;
using Platform.Local.Identity;
using Platform.Support;

namespace Platform.Acceptance.Real;

/// <summary>The journey on PostgreSQL, RabbitMQ and Redis, whole and with parts failing under it.</summary>
public sealed class RealJourneyTests(RealPlatform platform) : IClassFixture<RealPlatform>, IDisposable
{
    private static readonly string[] Names = ["Avery", "Blake", "Casey", "Specimen", "F1020", "1988-04-17"];

    private readonly string _folder = Directory.CreateTempSubdirectory("platform-real-").FullName;
    private readonly Guid _network = Guid.CreateVersion7();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_person_goes_from_referral_to_payment_and_every_audit_chain_is_intact()
    {
        (await PlayAsync(TextWriter.Null)).ShouldBeWhole();

        foreach (var service in new[] { "Enrollment", "Scheduling", "Attendance", "Billing" })
        {
            var (exitCode, output) = await platform.RunAsync(service, "audit", "verify", "--network", $"{_network}");
            exitCode.ShouldBe(0, output);
            output.ShouldContain("intact");
        }

        foreach (var name in Names)
        {
            platform.Output.ShouldNotContain(name, Case.Sensitive, "logs never carry a person's data");
        }
    }

    [Fact]
    public async Task Killing_any_service_at_any_step_loses_and_doubles_nothing()
    {
        var victims = new Queue<string>(["Attendance", "Billing", "Scheduling"]);
        await using var killer = new OnStep(["Close the service days", "Add coverage", "Post the payer's"], async () =>
        {
            var victim = victims.Dequeue();
            await platform.KillAsync(victim);
            await platform.StartAsync(victim);
        });
        (await PlayAsync(killer)).ShouldBeWhole();
        victims.ShouldBeEmpty();
    }

    [Fact]
    public async Task While_the_broker_is_down_people_work_on_and_its_events_come_after()
    {
        await using var breaker = new OnStep(
            ["Check in and out"],
            async () =>
            {
                await platform.RabbitMq.StopAsync();
                _ = Task.Run(async () =>
                {
                    await Task.Delay(TimeSpan.FromSeconds(3));
                    await platform.RabbitMq.RestartAsync();
                });
            });
        (await PlayAsync(breaker)).ShouldBeWhole();
    }

    [Fact]
    public async Task A_stopped_database_is_unavailable_and_what_is_repeated_after_it_has_one_effect()
    {
        var clients = platform.ClientsOf(_network);
        var headers = clients.As(DevelopmentIdentity.Operator);
        var request = new CreatePayerRequest
        {
            RequestId = Guid.CreateVersion7().ToString(),
            Payer = new Payer { Name = "Plan", PayerCode = "STOPPED1", ReceiverId = "STOPPED1", FilingIndicator = "CI" },
        };
        await platform.Postgres.StopAsync();
        try
        {
            var refused = await Should.ThrowAsync<RpcException>(() => clients.Payers.CreatePayerAsync(request, headers).ResponseAsync);
            refused.StatusCode.ShouldBe(StatusCode.Unavailable);
        }
        finally
        {
            await platform.Postgres.RestartAsync();
        }

        var first = await Eventually.GivesAsync(() => TryAsync(() => clients.Payers.CreatePayerAsync(request, headers)), "the payer");
        var second = await clients.Payers.CreatePayerAsync(request, headers);
        second.Payer.Id.ShouldBe(first.Payer.Id);
        var listed = await clients.Payers.ListPayersAsync(new ListPayersRequest(), headers);
        listed.Payers.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_cache_that_is_killed_and_comes_back_empty_gives_right_answers()
    {
        var killed = false;
        await using var breaker = new OnStep(
            ["Find a place", "Hold the places"],
            async () =>
            {
                await (killed ? platform.Redis.RestartAsync() : platform.Redis.KillAsync());
                killed = true;
            });
        (await PlayAsync(breaker)).ShouldBeWhole();
    }

    [Fact]
    public async Task Another_network_sees_nothing_and_an_expired_token_is_refused()
    {
        var report = await PlayAsync(TextWriter.Null);
        var stranger = platform.Tokens.Operator(Guid.CreateVersion7());
        var episodes = new EpisodeService.EpisodeServiceClient(platform.Invoker);
        var request = new GetEpisodeRequest { EpisodeId = report.Episodes[0] };
        (await Should.ThrowAsync<RpcException>(() => episodes.GetEpisodeAsync(request, stranger).ResponseAsync))
            .StatusCode.ShouldBe(StatusCode.NotFound);
        (await Should.ThrowAsync<RpcException>(() => episodes.GetEpisodeAsync(request, platform.Tokens.SiteAdmin(_network, Guid.CreateVersion7())).ResponseAsync))
            .StatusCode.ShouldBe(StatusCode.NotFound);
        (await Should.ThrowAsync<RpcException>(() => episodes.GetEpisodeAsync(request, platform.Tokens.Expired(_network)).ResponseAsync))
            .StatusCode.ShouldBe(StatusCode.Unauthenticated);
        (await Should.ThrowAsync<RpcException>(() => episodes.GetEpisodeAsync(request).ResponseAsync))
            .StatusCode.ShouldBe(StatusCode.Unauthenticated);
    }

    private static async Task<T?> TryAsync<T>(Func<AsyncUnaryCall<T>> call)
        where T : class
    {
        try
        {
            return await call();
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
        {
            return null;
        }
    }

    private Task<JourneyReport> PlayAsync(TextWriter output) =>
        new Journey(platform.ClientsOf(_network), output, _folder, TimeProvider.System).RunAsync(Repository.NetworkFile);
}
