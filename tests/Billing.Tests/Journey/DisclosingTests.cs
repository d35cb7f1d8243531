using Grpc.Core;
using Platform.Billing.Tests.Support;
using Platform.Billing.V1;
using Platform.Contracts.Events.Enrollment;
using Platform.Enrollment.V1;
using Platform.Shared.Errors;
using static Platform.Billing.Tests.Journey.ChargingTests;

namespace Platform.Billing.Tests.Journey;

/// <summary>What leaves for a payer leaves with consent, and is on record.</summary>
public sealed class DisclosingTests(BillingHosts hosts)
{
    public static TheoryData<Store> Stores => ChargingTests.Stores;

    [Theory, MemberData(nameof(Stores))]
    public async Task Each_download_of_a_claim_file_is_a_disclosure_to_the_payer_about_everyone_in_it(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        Patient[] patients = [await world.AddReadyPatientAsync(payer, days: 2), await world.AddReadyPatientAsync(payer)];
        var written = await world.WriteClaimsAsync(payer);

        using var call = world.Claims.DownloadClaimFile(
            new DownloadClaimFileRequest { FileId = written.FileId }, world.Tokens.Payer(world.Network, Guid.Parse(payer.Id)));
        (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken)).ShouldBeTrue();
        call.ResponseStream.Current.Notice.ShouldBe("short notice");
        await world.DownloadAsync(written.FileId);

        var disclosed = world.Known.Disclosed.Where(request => request.Description.Contains(written.FileId, StringComparison.Ordinal)).ToList();
        disclosed.Count.ShouldBe(2);
        disclosed.Select(request => request.RequestId).ShouldBeUnique();
        disclosed[0].Subjects.Select(subject => (subject.PersonId, subject.EpisodeId)).Order().ShouldBe(
            patients.Select(patient => (patient.PersonId.ToString(), patient.EpisodeId.ToString())).Order());
        var question = disclosed[0].Question;
        (question.SiteId, question.Recipient.PartyId, question.Recipient.Name, question.Purpose)
            .ShouldBe((world.Site.Id, payer.Id, payer.Name, Purpose.Payment));
        question.Categories.ShouldBe([RecordCategory.Demographics, RecordCategory.Diagnosis, RecordCategory.Claims]);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_file_with_someone_who_revoked_is_withheld_whole_names_nobody_and_flags_the_charges(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        var revoked = await world.AddReadyPatientAsync(payer, days: 2);
        var other = await world.AddReadyPatientAsync(payer);
        var written = await world.WriteClaimsAsync(payer);
        world.Known.WithoutConsent[revoked.PersonId.ToString()] = true;

        foreach (var caller in new[] { world.Operator, world.Tokens.Payer(world.Network, Guid.Parse(payer.Id)) })
        {
            var refused = await Should.ThrowAsync<RpcException>(() => world.DownloadAsync(written.FileId, caller));
            refused.StatusCode.ShouldBe(StatusCode.FailedPrecondition);
            refused.ToDomainError()!.Code.ShouldBe("CLAIM_FILE_WITHHELD");
            refused.Status.Detail.ShouldNotContain(revoked.PersonId.ToString());
        }

        (await HoldsAsync(world, revoked)).ShouldBe(["CONSENT_WITHDRAWN", "CONSENT_WITHDRAWN"]);
        (await HoldsAsync(world, other)).ShouldBeEmpty();
        world.Known.Disclosed.ShouldNotContain(request => request.Description.Contains(written.FileId, StringComparison.Ordinal));

        world.Known.WithoutConsent.Remove(revoked.PersonId.ToString(), out _).ShouldBeTrue();
        (await world.DownloadAsync(written.FileId)).ShouldNotBeEmpty();
        (await HoldsAsync(world, revoked)).ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_payer_reads_claims_and_authorizations_on_record_and_only_with_consent(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        var (revoked, other) = (await world.AddReadyPatientAsync(payer), await world.AddReadyPatientAsync(payer));
        var authorization = await world.AddAuthorizationAsync(revoked, payer, units: 1);
        var written = await world.WriteClaimsAsync(payer);
        var claim = written.Claims.Single(c => c.EpisodeId == revoked.EpisodeId.ToString());
        var caller = world.Tokens.Payer(world.Network, Guid.Parse(payer.Id));
        async Task<ListClaimsResponse> ListAsync(Metadata headers) =>
            await world.Claims.ListClaimsAsync(new ListClaimsRequest { SiteId = world.Site.Id }, headers);
        async Task<object> ReadClaimAsync(Metadata headers) =>
            await world.Claims.GetClaimAsync(new GetClaimRequest { ClaimId = claim.Id }, headers);
        async Task<object> ReadAuthorizationAsync(Metadata headers) => await world.Coverages.GetAuthorizationAsync(
            new GetAuthorizationRequest { AuthorizationId = authorization.Id }, headers);
        int Disclosed() => world.Known.Disclosed.Count(r => r.Subjects.Any(s => s.PersonId == revoked.PersonId.ToString()));

        (await ListAsync(caller)).Claims.Count.ShouldBe(2);
        await ReadClaimAsync(caller);
        await ReadAuthorizationAsync(caller);
        Disclosed().ShouldBe(3);
        await ReadClaimAsync(world.Operator);
        Disclosed().ShouldBe(3, "what the network itself reads is no disclosure");

        world.Known.WithoutConsent[revoked.PersonId.ToString()] = true;
        (await ListAsync(caller)).Claims.ShouldHaveSingleItem().EpisodeId.ShouldBe(other.EpisodeId.ToString());
        (await CodeAsync(() => ReadClaimAsync(caller))).ShouldBe("CONSENT_WITHDRAWN");
        (await CodeAsync(() => ReadAuthorizationAsync(caller))).ShouldBe("CONSENT_WITHDRAWN");
        (await ListAsync(world.Operator)).Claims.Count.ShouldBe(2);
        Disclosed().ShouldBe(3);
    }

    [Fact]
    public async Task While_enrollment_is_down_no_claim_file_is_handed_out()
    {
        await using var host = await BillingHost.StartAsync(Store.Sqlite);
        var world = new World(host);
        var payer = await world.AddContractedPayerAsync();
        await world.AddReadyPatientAsync(payer);
        var written = await world.WriteClaimsAsync(payer);
        await host.Peers.DisposeAsync();

        (await CodeAsync(() => world.DownloadAsync(written.FileId))).ShouldBe("UNAVAILABLE");
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_revocation_holds_what_is_ready_unless_something_else_still_allows_it(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        var patient = await world.AddReadyPatientAsync(payer);
        ConsentRevoked Revoked(params string[] uncovered) =>
            new(Guid.CreateVersion7(), patient.PersonId, ["TREATMENT", "PAYMENT"], uncovered, DateTimeOffset.UtcNow);

        await world.HandleAsync(Revoked("TREATMENT"));
        (await HoldsAsync(world, patient)).ShouldBeEmpty();

        await world.HandleAsync(Revoked("PAYMENT"));
        await world.HandleAsync(Revoked("PAYMENT"));
        (await HoldsAsync(world, patient)).ShouldBe(["CONSENT_MISSING"]);

        // The claim run asks Enrollment itself, and by now somebody consented again.
        (await world.WriteClaimsAsync(payer)).Claims.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_person_whom_enrollment_does_not_know_is_not_covered()
    {
        var world = await hosts.NewWorldAsync(Store.Sqlite);
        var payer = await world.AddPayerAsync();
        var stranger = new Patient(Guid.CreateVersion7(), Guid.CreateVersion7());

        (await CodeAsync(() => world.AddCoverageAsync(stranger, payer))).ShouldBe("NOT_FOUND");
    }

    private static async Task<IEnumerable<string>> HoldsAsync(World world, Patient patient) =>
        (await world.Charges.ListChargesAsync(
            new ListChargesRequest { SiteId = world.Site.Id, EpisodeId = patient.EpisodeId.ToString() }, world.Operator))
        .Charges.SelectMany(charge => charge.Holds).Select(hold => hold.Code);
}
