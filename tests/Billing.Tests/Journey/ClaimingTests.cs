using Grpc.Core;
using Platform.Billing.Tests.Support;
using Platform.Billing.V1;
using Platform.Billing.X12;
using Platform.Shared.Errors;
using Platform.Support;
using static Platform.Billing.Tests.Journey.ChargingTests;

namespace Platform.Billing.Tests.Journey;

public sealed class ClaimingTests(BillingHosts hosts)
{
    public static TheoryData<Store> Stores => ChargingTests.Stores;

    [Theory, MemberData(nameof(Stores))]
    public async Task Ready_days_go_out_in_one_claim_for_each_episode_in_a_file_that_balances(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        await world.AddReadyPatientAsync(payer, days: 3);
        await world.AddReadyPatientAsync(payer);

        var written = await world.WriteClaimsAsync(payer);

        written.Claims.Select(claim => claim.ChargedCents).Order().ShouldBe([250_00, 750_00]);
        written.TotalCents.ShouldBe(1000_00);
        var batch = Read(await world.DownloadAsync(written.FileId));
        var claims = batch.Claims.ToList();
        claims.Select(claim => (claim.ClaimId, claim.TotalChargeCents)).Order()
            .ShouldBe(written.Claims.Select(claim => (claim.Number, claim.ChargedCents)).Order());
        var three = claims.Single(claim => claim.Lines.Count == 3);
        (three.From, three.Through).ShouldBe((World.Monday, World.Monday.AddDays(2)));
        three.BillingProvider.Address.Zip.ShouldBe("787011234");
        three.PrincipalDiagnosis.Code.ShouldBe("F1020");
        three.Subscriber.MemberId.ShouldBe("M00042");
        three.Lines[0].Procedure!.Code.ShouldBe("H0015");
        three.ConditionCodes.ShouldBeEmpty();
        (await world.BalancesAsync()).ShouldBe(new Dictionary<string, long>(StringComparer.Ordinal)
        {
            ["RECEIVABLE"] = 1000_00,
            ["REVENUE"] = -1000_00,
        }, ignoreOrder: true);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_day_is_claimed_once_though_claims_are_written_many_times_at_once(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        await world.AddReadyPatientAsync(payer, days: 2);
        await world.AddReadyPatientAsync(payer);

        var written = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => world.WriteClaimsAsync(payer)));

        written.Sum(answer => answer.TotalCents).ShouldBe(750_00);
        written.Count(answer => answer.FileId.Length > 0).ShouldBe(1);
        (await world.BalancesAsync())["RECEIVABLE"].ShouldBe(750_00);
        (await world.WriteClaimsAsync(payer)).FileId.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_repeated_request_gets_the_first_answer(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        await world.AddReadyPatientAsync(payer);
        var request = World.NewRequest();

        var first = await world.WriteClaimsAsync(payer, request);

        (await world.WriteClaimsAsync(payer, request)).ShouldBe(first);
        first.Claims.Count.ShouldBe(1);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task What_a_claim_lacks_holds_its_days_and_they_go_out_once_it_is_there(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        var patient = await world.AddReadyPatientAsync(payer);
        var person = world.Known.Persons[patient.PersonId.ToString()];
        (person.Diagnosis, world.Site.Npi, world.Clinician.Npi) = (string.Empty, string.Empty, string.Empty);

        var held = await world.WriteClaimsAsync(payer);
        held.FileId.ShouldBeEmpty();
        held.Held.ShouldHaveSingleItem().Holds.Select(hold => hold.Code)
            .ShouldBe(["SITE_IDENTIFIERS_MISSING", "DIAGNOSIS_MISSING", "ATTENDING_PROVIDER_MISSING"]);

        (person.Diagnosis, world.Site.Npi, world.Clinician.Npi) = ("F1020", "1234567893", "1234567893");
        world.Known.WithoutConsent[person.Id] = true;
        (await world.WriteClaimsAsync(payer)).Held.ShouldHaveSingleItem().Holds.ShouldHaveSingleItem().Code.ShouldBe("CONSENT_MISSING");

        world.Known.WithoutConsent.Remove(person.Id, out _).ShouldBeTrue();
        (await world.WriteClaimsAsync(payer)).Claims.ShouldHaveSingleItem().ChargedCents.ShouldBe(250_00);
    }

    [Fact]
    public async Task Rules_that_cannot_be_used_are_not_taken_for_a_missing_consent()
    {
        var world = await hosts.NewWorldAsync(Store.Sqlite);
        var payer = await world.AddContractedPayerAsync();
        var patient = await world.AddReadyPatientAsync(payer);
        world.Known.Undecided[patient.PersonId.ToString()] = true;
        var refused = await Should.ThrowAsync<RpcException>(() => world.WriteClaimsAsync(payer));
        refused.ToDomainError().ShouldNotBeNull().Code.ShouldBe("RULE_PACK_UNUSABLE");

        world.Known.Undecided.Remove(patient.PersonId.ToString(), out _).ShouldBeTrue();
        (await world.WriteClaimsAsync(payer)).Claims.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_claim_that_the_format_has_no_room_for_is_held_and_holds_up_no_other_and_names_no_person()
    {
        var world = await hosts.NewWorldAsync(Store.Sqlite);
        var payer = await world.AddContractedPayerAsync();
        var patient = await world.AddReadyPatientAsync(payer);
        await world.AddReadyPatientAsync(payer);
        world.Known.Persons[patient.PersonId.ToString()].FamilyName = "Quill*feather";

        var written = await world.WriteClaimsAsync(payer);

        written.Claims.Count.ShouldBe(1);
        var hold = written.Held.ShouldHaveSingleItem().Holds.ShouldHaveSingleItem();
        hold.Code.ShouldBe("CLAIM_INVALID");
        hold.Message.ShouldNotContain("Quill");
    }

    [Fact]
    public async Task Days_under_two_authorizations_go_out_in_two_claims()
    {
        var world = await hosts.NewWorldAsync(Store.Sqlite);
        var payer = await world.AddPayerAsync();
        await world.AddContractAsync(payer, authorization: true);
        var patient = world.AddPatient();
        await world.AddCoverageAsync(patient, payer);
        await world.AddAuthorizationAsync(patient, payer, units: 1, number: "AUTH1");
        await world.AddAuthorizationAsync(patient, payer, units: 1, number: "AUTH2");
        await world.CloseAsync(world.Day(patient));
        await world.CloseAsync(world.Day(patient, World.Monday.AddDays(1)));

        var written = await world.WriteClaimsAsync(payer);

        Read(await world.DownloadAsync(written.FileId)).Claims.Select(claim => claim.PriorAuthorization).Order(StringComparer.Ordinal)
            .ShouldBe(["AUTH1", "AUTH2"]);
    }

    [Fact]
    public async Task Medicare_is_told_by_condition_code_92_that_it_is_intensive_outpatient_care()
    {
        var world = await hosts.NewWorldAsync(Store.Sqlite);
        var payer = (await world.Payers.CreatePayerAsync(
            new CreatePayerRequest
            {
                RequestId = World.NewRequest(),
                Payer = new Payer { Name = "Medicare", PayerCode = "MCARE", ReceiverId = "MCARE", FilingIndicator = "MA" },
            },
            world.Operator)).Payer;
        await world.AddContractAsync(payer);
        await world.AddReadyPatientAsync(payer);

        var written = await world.WriteClaimsAsync(payer);

        Read(await world.DownloadAsync(written.FileId)).Claims.Single().ConditionCodes.ShouldBe(["92"]);
    }

    [Fact]
    public async Task A_day_whose_filing_limit_has_passed_is_held()
    {
        var world = await hosts.NewWorldAsync(Store.Sqlite);
        var payer = await world.AddPayerAsync();
        await world.AddContractAsync(payer, change: contract => (contract.EffectiveFrom, contract.TimelyFilingDays) = ("2020-01-01", 90));
        var patient = world.AddPatient();
        await world.AddCoverageAsync(patient, payer, "2020-01-01");
        await world.CloseAsync(world.Day(patient, new DateOnly(2020, 3, 2)));

        (await world.WriteClaimsAsync(payer)).Held.ShouldHaveSingleItem().Holds.ShouldHaveSingleItem().Code.ShouldBe("TIMELY_FILING_LAPSED");
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_claimed_day_that_is_amended_stays_as_it_was_sent_and_is_flagged(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        var patient = world.AddPatient();
        await world.AddCoverageAsync(patient, payer);
        var day = world.Day(patient);
        await world.CloseAsync(day);
        await world.WriteClaimsAsync(payer);

        await world.HandleAsync(world.Day(patient, minutes: 30, version: 2, id: day.ServiceDayId));

        var charge = (await world.FindAsync(day))!;
        (charge.Status, charge.Minutes, charge.AmountCents).ShouldBe((ChargeStatus.Claimed, 200, 250_00));
        charge.Holds.ShouldHaveSingleItem().Code.ShouldBe("DAY_AMENDED_AFTER_CLAIM");
        (await CodeAsync(async () => await world.Charges.ReviewChargeAsync(
            new ReviewChargeRequest { RequestId = World.NewRequest(), ChargeId = charge.Id }, world.Operator))).ShouldBe("CHARGE_CLAIMED");
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Claims_and_files_are_seen_by_their_own_network_site_and_payer_only(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        await world.AddReadyPatientAsync(payer);
        var written = await world.WriteClaimsAsync(payer);
        var claim = written.Claims.Single();
        var site = Guid.Parse(world.Site.Id);

        foreach (var allowed in new[] { world.Tokens.SiteAdmin(world.Network, site), world.Tokens.Payer(world.Network, Guid.Parse(payer.Id)) })
        {
            (await world.DownloadAsync(written.FileId, allowed)).ShouldNotBeEmpty();
            (await world.Claims.GetClaimAsync(new GetClaimRequest { ClaimId = claim.Id }, allowed)).Claim.ShouldBe(claim);
        }

        foreach (var other in new[]
        {
            world.Tokens.Operator(Guid.NewGuid()),
            world.Tokens.SiteAdmin(world.Network, Guid.NewGuid()),
            world.Tokens.Payer(world.Network, Guid.NewGuid()),
        })
        {
            (await CodeAsync(() => world.DownloadAsync(written.FileId, other))).ShouldBe("NOT_FOUND");
            (await CodeAsync(async () => await world.Claims.GetClaimAsync(new GetClaimRequest { ClaimId = claim.Id }, other))).ShouldBe("NOT_FOUND");
        }

        (await CodeAsync(() => world.DownloadAsync(written.FileId, world.Tokens.Clinician(world.Network, site)))).ShouldBe("ROLE_NOT_ALLOWED");
    }

    private static InstitutionalClaimBatch Read(byte[] file) =>
        InstitutionalClaimReader.Read(new MemoryStream(file)).ToList().ShouldHaveSingleItem();
}
