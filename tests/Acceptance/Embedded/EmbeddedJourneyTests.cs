using Grpc.Core;
using Grpc.Net.Client;
using Platform.Billing.V1;
using Platform.Enrollment.V1;
using Platform.Local;
using Platform.Local.Demo;
using Platform.Local.Identity;
using Platform.Support;

namespace Platform.Acceptance.Embedded;

/// <summary>The journey on embedded parts: everything in one process, as the README's first command starts it.</summary>
public sealed class EmbeddedJourneyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("platform-embedded-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_person_goes_from_referral_to_payment_and_the_data_survives_a_restart()
    {
        JourneyReport report;
        await using (var platform = await StartAsync())
        {
            report = await PlayAsync(platform);
            report.ShouldBeWhole();
        }

        await using var again = await StartAsync();
        using var channel = GrpcChannel.ForAddress(again.Grpc);
        var headers = new Metadata { { "authorization", $"Bearer {again.Issuer.TokenFor(DevelopmentIdentity.Operator)}" } };
        foreach (var id in report.Episodes)
        {
            var episode = await new EpisodeService.EpisodeServiceClient(channel).GetEpisodeAsync(
                new GetEpisodeRequest { EpisodeId = id }, headers);
            episode.Episode.Status.ShouldBe(EpisodeStatus.Discharged);
        }

        var balance = await new LedgerService.LedgerServiceClient(channel).GetTrialBalanceAsync(new GetTrialBalanceRequest(), headers);
        balance.SumCents.ShouldBe(0);
        balance.Balances.Single(b => b.Account == "CASH").BalanceCents.ShouldBe(report.PaidCents);
    }

    [Fact]
    public async Task The_journey_can_be_played_again_in_the_same_network()
    {
        await using var platform = await StartAsync();
        (await PlayAsync(platform)).ShouldBeWhole();
        (await PlayAsync(platform)).ShouldBeWhole();
    }

    [Fact]
    public async Task The_status_page_shows_the_services_and_what_to_try_next()
    {
        await using var platform = await StartAsync();
        using var http = new HttpClient { BaseAddress = platform.Http };
        var page = await http.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);
        page.ShouldContain("Everything is running.");
        page.ShouldContain("dotnet run --project deploy/Local -- demo");
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    public async Task The_development_issuer_is_refused_outside_development(string environment)
    {
        var refused = await Should.ThrowAsync<InvalidOperationException>(() => LocalPlatform.StartAsync(
            new LocalOptions(FreePort.Next(), FreePort.Next(), _folder, environment), TestContext.Current.CancellationToken));
        refused.Message.ShouldContain("Development only");
    }

    private Task<LocalPlatform> StartAsync() => LocalPlatform.StartAsync(
        new LocalOptions(FreePort.Next(), FreePort.Next(), _folder, "Development"), TestContext.Current.CancellationToken);

    private async Task<JourneyReport> PlayAsync(LocalPlatform platform)
    {
        using var channel = GrpcChannel.ForAddress(platform.Grpc);
        using var http = new HttpClient { BaseAddress = platform.Http };
        var clients = new JourneyClients(channel.CreateCallInvoker(), http, platform.Issuer.TokenFor);
        return await new Journey(clients, TextWriter.Null, Path.Combine(_folder, "files"), TimeProvider.System)
            .RunAsync(Repository.NetworkFile);
    }
}
