using System.Text;
using Grpc.Core;
using Platform.Billing.Claims;
using Platform.Billing.Tests.Support;
using Platform.Billing.V1;
using Platform.Contracts.Events.Enrollment;
using Platform.Enrollment.V1;
using Platform.Shared.Errors;
using static Platform.Billing.Tests.Journey.ChargingTests;
using ClaimStatus = Platform.Billing.V1.ClaimStatus;
using InstitutionalClaimReader = Platform.Billing.X12.InstitutionalClaimReader;

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
    public async Task A_withheld_file_is_issued_again_without_those_who_revoked_and_what_was_never_sent_is_owed_by_nobody(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        var (revoked, other) = (await world.AddReadyPatientAsync(payer, days: 2), await world.AddReadyPatientAsync(payer, days: 3));
        var written = await world.WriteClaimsAsync(payer);
        (await CodeAsync(() => ReissueAsync(world, written.FileId))).ShouldBe("CLAIM_FILE_NOT_WITHHELD");
        world.Known.WithoutConsent[revoked.PersonId.ToString()] = true;
        (await CodeAsync(() => world.DownloadAsync(written.FileId))).ShouldBe("CLAIM_FILE_WITHHELD");
        (await world.BalancesAsync())["RECEIVABLE"].ShouldBe(5 * 250_00);

        var requestId = World.NewRequest();
        var reissued = await ReissueAsync(world, written.FileId, requestId);
        (await ReissueAsync(world, written.FileId, requestId)).ShouldBe(reissued);
        (await CodeAsync(() => ReissueAsync(world, written.FileId))).ShouldBe("CLAIM_FILE_REPLACED");
        (await CodeAsync(() => world.DownloadAsync(written.FileId))).ShouldBe("CLAIM_FILE_REPLACED");
        var (before, kept, left) = (
            written.Claims.Single(c => c.EpisodeId == other.EpisodeId.ToString()), reissued.Claims.ShouldHaveSingleItem(),
            reissued.LeftOut.ShouldHaveSingleItem());
        (kept.Id, kept.Number, kept.FileId, reissued.TotalCents).ShouldBe((before.Id, before.Number, reissued.FileId, 3 * 250_00));
        (left.EpisodeId, left.Status).ShouldBe((revoked.EpisodeId.ToString(), ClaimStatus.Withdrawn));

        (await world.BalancesAsync())["RECEIVABLE"].ShouldBe(3 * 250_00);
        (await world.BalancesAsync(left.Id)).Values.ShouldAllBe(balance => balance == 0);
        using var content = new MemoryStream(await world.DownloadAsync(reissued.FileId));
        var batch = InstitutionalClaimReader.Read(content).ToList().ShouldHaveSingleItem();
        batch.Claims.ShouldHaveSingleItem().ClaimId.ShouldBe(kept.Number);
        batch.Interchange.ControlNumber.ShouldBe("000000002");
        (await world.Claims.ListClaimsAsync(
            new() { SiteId = world.Site.Id }, world.Tokens.Payer(world.Network, Guid.Parse(payer.Id)))).Claims.ShouldHaveSingleItem().Id.ShouldBe(kept.Id);

        (await HoldsAsync(world, revoked)).ShouldBe(["CONSENT_MISSING", "CONSENT_MISSING"]);
        (await HoldsAsync(world, other)).ShouldBeEmpty();
        (await world.WriteClaimsAsync(payer)).Claims.ShouldBeEmpty();
        world.Known.WithoutConsent.Remove(revoked.PersonId.ToString(), out _).ShouldBeTrue();
        var again = (await world.WriteClaimsAsync(payer)).Claims.ShouldHaveSingleItem();
        (again.ChargedCents, again.Number == left.Number).ShouldBe((2 * 250_00, false));
        (await world.BalancesAsync())["RECEIVABLE"].ShouldBe(5 * 250_00);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task What_a_payer_says_it_did_not_receive_is_owed_by_nobody_and_money_that_comes_for_it_all_the_same_is_kept_apart(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        var (revoked, other) = (await world.AddReadyPatientAsync(payer), await world.AddReadyPatientAsync(payer));
        var written = await world.WriteClaimsAsync(payer);
        await world.DownloadAsync(written.FileId);
        world.Known.WithoutConsent[revoked.PersonId.ToString()] = true;
        (await CodeAsync(() => world.DownloadAsync(written.FileId))).ShouldBe("CLAIM_FILE_WITHHELD");
        (await CodeAsync(() => ReissueAsync(world, written.FileId))).ShouldBe("CLAIM_FILE_HANDED_OUT");
        var reissued = await ReissueAsync(world, written.FileId, notReceived: true);
        var left = reissued.LeftOut.ShouldHaveSingleItem();
        left.Status.ShouldBe(ClaimStatus.Withdrawn);
        reissued.Claims.ShouldHaveSingleItem().EpisodeId.ShouldBe(other.EpisodeId.ToString());
        (await world.BalancesAsync())["RECEIVABLE"].ShouldBe(250_00);
        (await HoldsAsync(world, revoked)).ShouldBe(["CONSENT_MISSING"]);
        (await world.DownloadAsync(reissued.FileId)).ShouldNotBeEmpty();

        var late = await world.PostAsync(Remit.ToFile(Remit.Of("NW001", [Remit.On(left)])));
        late.Remittances.Single().Unmatched.ShouldBe([left.Number]);
        var balances = await world.BalancesAsync();
        (balances["RECEIVABLE"], balances["UNMATCHED"]).ShouldBe((250_00, -250_00));
        (await world.Claims.GetClaimAsync(new() { ClaimId = left.Id }, world.Operator)).Claim.Status.ShouldBe(ClaimStatus.Withdrawn);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task What_is_left_out_of_a_file_of_which_a_payer_answered_a_claim_stays_owed_whatever_it_says(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        var (revoked, answered) = (await world.AddReadyPatientAsync(payer), await world.AddReadyPatientAsync(payer));
        var open = await world.AddReadyPatientAsync(payer);
        var written = await world.WriteClaimsAsync(payer);
        await world.DownloadAsync(written.FileId);
        var paid = written.Claims.Single(c => c.EpisodeId == answered.EpisodeId.ToString());
        await world.PostAsync(Remit.ToFile(Remit.Of("NW001", [Remit.On(paid)])));
        world.Known.WithoutConsent[revoked.PersonId.ToString()] = true;
        (await CodeAsync(() => world.DownloadAsync(written.FileId))).ShouldBe("CLAIM_FILE_WITHHELD");
        var reissued = await ReissueAsync(world, written.FileId, notReceived: true);
        reissued.LeftOut.ShouldHaveSingleItem().Status.ShouldBe(ClaimStatus.Written);
        reissued.Claims.ShouldHaveSingleItem().EpisodeId.ShouldBe(open.EpisodeId.ToString());
        (await world.BalancesAsync())["RECEIVABLE"].ShouldBe(2 * 250_00);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Of_a_file_with_nobody_left_nothing_is_issued_and_an_amended_day_is_evaluated_again(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddPayerAsync();
        await world.AddContractAsync(payer, authorization: true);
        var patient = world.AddPatient();
        await world.AddCoverageAsync(patient, payer);
        var authorization = await world.AddAuthorizationAsync(patient, payer, units: 1);
        var day = world.Day(patient);
        (await world.CloseAsync(day)).Status.ShouldBe(ChargeStatus.Ready);
        var written = await world.WriteClaimsAsync(payer);

        // Merged after the claim was written: the claim keeps its id, the charge does not.
        var kept = world.AddPatient();
        await world.MergeAsync(kept, patient);
        await world.HandleAsync(day with { Version = 2, Minutes = new Dictionary<string, int>(StringComparer.Ordinal) { ["GROUP"] = 10 } });
        world.Known.WithoutConsent[patient.PersonId.ToString()] = true;
        (await CodeAsync(() => world.DownloadAsync(written.FileId))).ShouldBe("CLAIM_FILE_WITHHELD");
        var at = new[] { ReissueAsync(world, written.FileId), ReissueAsync(world, written.FileId) };
        var codes = await Task.WhenAll(at.Select(reissue => CodeAsync(() => reissue)));
        codes.Order().ShouldBe(["", "CLAIM_FILE_REPLACED"]);
        (await at.Single(reissue => reissue.IsCompletedSuccessfully)).FileId.ShouldBeEmpty();
        var charge = await world.EvaluatedAsync(day);
        (charge.Status, charge.Minutes, charge.ClaimId).ShouldBe((ChargeStatus.NotBillable, 10, ""));
        (await world.Coverages.GetAuthorizationAsync(new() { AuthorizationId = authorization.Id }, world.Operator)).Authorization.Used.ShouldBe(0);
        (await world.BalancesAsync()).Values.ShouldAllBe(balance => balance == 0);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_file_that_was_handed_out_is_replaced_without_a_word_of_the_payer_when_nothing_is_sent_again_and_stays_owed(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        var revoked = await world.AddReadyPatientAsync(payer);
        var written = await world.WriteClaimsAsync(payer);
        await world.DownloadAsync(written.FileId);
        world.Known.WithoutConsent[revoked.PersonId.ToString()] = true;
        (await CodeAsync(() => world.DownloadAsync(written.FileId))).ShouldBe("CLAIM_FILE_WITHHELD");

        var reissued = await ReissueAsync(world, written.FileId);
        (reissued.FileId, reissued.LeftOut.ShouldHaveSingleItem().Status).ShouldBe(("", ClaimStatus.Written));
        (await world.BalancesAsync())["RECEIVABLE"].ShouldBe(250_00);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Who_consents_again_before_the_last_refused_download_is_not_left_out(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        var (again, revoked) = (await world.AddReadyPatientAsync(payer, days: 2), await world.AddReadyPatientAsync(payer));
        var written = await world.WriteClaimsAsync(payer);
        world.Known.WithoutConsent[again.PersonId.ToString()] = true;
        (await CodeAsync(() => world.DownloadAsync(written.FileId))).ShouldBe("CLAIM_FILE_WITHHELD");
        world.Known.WithoutConsent.Remove(again.PersonId.ToString(), out _).ShouldBeTrue();
        world.Known.WithoutConsent[revoked.PersonId.ToString()] = true;
        (await CodeAsync(() => world.DownloadAsync(written.FileId))).ShouldBe("CLAIM_FILE_WITHHELD");

        (await HoldsAsync(world, again)).ShouldBeEmpty();
        (await HoldsAsync(world, revoked)).ShouldBe(["CONSENT_WITHDRAWN"]);
        var reissued = await ReissueAsync(world, written.FileId);
        reissued.LeftOut.ShouldHaveSingleItem().EpisodeId.ShouldBe(revoked.EpisodeId.ToString());
        reissued.Claims.ShouldHaveSingleItem().EpisodeId.ShouldBe(again.EpisodeId.ToString());
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_refused_download_during_which_the_file_is_issued_again_finds_that_and_flags_nothing(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        var revoked = await world.AddReadyPatientAsync(payer);
        await world.AddReadyPatientAsync(payer);
        var written = await world.WriteClaimsAsync(payer);
        world.Known.WithoutConsent[revoked.PersonId.ToString()] = true;
        (await CodeAsync(() => world.DownloadAsync(written.FileId))).ShouldBe("CLAIM_FILE_WITHHELD");

        world.Known.Meanwhile[revoked.PersonId.ToString()] = () => ReissueAsync(world, written.FileId);
        (await CodeAsync(() => world.DownloadAsync(written.FileId))).ShouldBe("CLAIM_FILE_REPLACED");
        (await HoldsAsync(world, revoked)).ShouldBe(["CONSENT_MISSING"]);
    }

    [Fact]
    public async Task A_refused_download_beside_a_running_reissue_waits_for_it()
    {
        var world = await hosts.NewWorldAsync(Store.Postgres);
        var payer = await world.AddContractedPayerAsync();
        var revoked = await world.AddReadyPatientAsync(payer);
        var written = await world.WriteClaimsAsync(payer);
        world.Known.WithoutConsent[revoked.PersonId.ToString()] = true;

        var download = Task.FromResult(string.Empty);
        await world.WriteAsync(async db =>
        {
            var fileId = Guid.Parse(written.FileId);
            var file = await db.LockFileAsync(fileId, TestContext.Current.CancellationToken);
            var charges = await db.LockChargesAsync(fileId, TestContext.Current.CancellationToken);
            download = CodeAsync(() => world.DownloadAsync(written.FileId));
            await Task.WhenAny(download, Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken));
            download.IsCompleted.ShouldBeFalse();
            charges.ForEach(charge => charge.ComeBack());
            file!.ReplaceBy(null, DateTimeOffset.UtcNow);
            return await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
        (await download).ShouldBe("CLAIM_FILE_REPLACED");
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_day_amended_to_another_clinician_after_its_claim_names_that_one_in_the_next(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        var patient = world.AddPatient();
        await world.AddCoverageAsync(patient, payer);
        var day = world.Day(patient);
        await world.CloseAsync(day);
        var written = await world.WriteClaimsAsync(payer);
        await world.HandleAsync(world.Day(patient, version: 2, id: day.ServiceDayId, clinician: world.AddClinician("1679576722")));
        world.Known.WithoutConsent[patient.PersonId.ToString()] = true;
        (await CodeAsync(() => world.DownloadAsync(written.FileId))).ShouldBe("CLAIM_FILE_WITHHELD");
        await ReissueAsync(world, written.FileId);
        (await world.EvaluatedAsync(day)).Status.ShouldBe(ChargeStatus.Ready);

        world.Known.WithoutConsent.Remove(patient.PersonId.ToString(), out _).ShouldBeTrue();
        var file = await world.DownloadAsync((await world.WriteClaimsAsync(payer)).FileId);
        Encoding.ASCII.GetString(file).ShouldContain("1679576722");
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

    private static async Task<ReissueClaimFileResponse> ReissueAsync(
        World world, string fileId, string? requestId = null, bool notReceived = false) =>
        await world.Claims.ReissueClaimFileAsync(
            new ReissueClaimFileRequest { RequestId = requestId ?? World.NewRequest(), FileId = fileId, ConfirmNotReceived = notReceived },
            world.Operator);

    private static async Task<IEnumerable<string>> HoldsAsync(World world, Patient patient) =>
        (await world.Charges.ListChargesAsync(
            new ListChargesRequest { SiteId = world.Site.Id, EpisodeId = patient.EpisodeId.ToString() }, world.Operator))
        .Charges.SelectMany(charge => charge.Holds).Select(hold => hold.Code);
}
