using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Net.Client;
using Platform.Billing.V1;
using Platform.Enrollment.V1;
using Platform.Local;
using Platform.Local.Demo;
using Platform.Local.Identity;
using Platform.Support;

namespace Platform.Acceptance.Embedded;

/// <summary>A consent that is revoked in Enrollment stops the payer's next download in Billing, through the gateway.</summary>
public sealed class RevocationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("platform-revocation-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task After_a_revocation_the_payer_gets_the_file_no_more_and_the_accounting_shows_what_it_got_before()
    {
        await using var platform = await LocalPlatform.StartAsync(
            new LocalOptions(FreePort.Next(), FreePort.Next(), _folder, "Development"), TestContext.Current.CancellationToken);
        using var channel = GrpcChannel.ForAddress(platform.Grpc);
        using var http = new HttpClient { BaseAddress = platform.Http };
        var report = await new Journey(
            new JourneyClients(channel.CreateCallInvoker(), http, platform.Issuer.TokenFor),
            TextWriter.Null,
            Path.Combine(_folder, "files"),
            TimeProvider.System).RunAsync(Repository.NetworkFile);
        var headers = new Metadata { { "authorization", $"Bearer {platform.Issuer.TokenFor(DevelopmentIdentity.Operator)}" } };
        var (consents, disclosures) = (new ConsentService.ConsentServiceClient(channel), new DisclosureService.DisclosureServiceClient(channel));
        var claim = (await new ClaimService.ClaimServiceClient(channel).GetClaimAsync(
            new GetClaimRequest { ClaimId = report.Claims[0] }, headers)).Claim;
        var person = report.Persons[0];
        var payer = platform.Issuer.TokenFor(DevelopmentIdentity.Payer(Guid.Parse(report.PayerId)));

        using (var before = await DownloadAsync(http, payer, claim.FileId))
        {
            before.StatusCode.ShouldBe(HttpStatusCode.OK);
            before.Headers.GetValues("Disclosure-Notice").ShouldBe(["42 CFR part 2 prohibits unauthorized use or disclosure of these records."]);
        }

        var told = await disclosures.ListDisclosuresAsync(new ListDisclosuresRequest { PersonId = person }, headers);
        told.Disclosures.Count.ShouldBe(2, "the journey's download and the payer's");
        var consent = (await consents.ListConsentsAsync(new ListConsentsRequest { PersonId = person }, headers)).Consents.ShouldHaveSingleItem();
        var revoked = await consents.RevokeConsentAsync(
            new RevokeConsentRequest { RequestId = Guid.CreateVersion7().ToString(), ConsentId = consent.Id }, headers);
        revoked.Received.ShouldHaveSingleItem().Times.ShouldBe(2);

        using (var after = await DownloadAsync(http, payer, claim.FileId))
        {
            after.StatusCode.ShouldBe(HttpStatusCode.Conflict);
            var problem = await after.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            problem.ShouldContain("CLAIM_FILE_WITHHELD");
            problem.ShouldNotContain(person);
        }

        (await disclosures.ListDisclosuresAsync(new ListDisclosuresRequest { PersonId = person }, headers)).ShouldBe(told);
        var charges = await new ChargeService.ChargeServiceClient(channel).ListChargesAsync(
            new ListChargesRequest { SiteId = claim.SiteId, EpisodeId = report.Episodes[0] }, headers);
        charges.Charges.SelectMany(charge => charge.Holds).Select(hold => hold.Code).ShouldContain("CONSENT_WITHDRAWN");
    }

    private static Task<HttpResponseMessage> DownloadAsync(HttpClient http, string token, string fileId)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/claim-files/{fileId}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
