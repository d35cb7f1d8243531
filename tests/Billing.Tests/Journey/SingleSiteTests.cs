using Grpc.Core;
using Platform.Billing.Tests.Support;
using Platform.Billing.V1;
using static Platform.Billing.Tests.Journey.ChargingTests;

namespace Platform.Billing.Tests.Journey;

/// <summary>What is of the whole network, and who sees some of its sites.</summary>
public sealed class SingleSiteTests(BillingHosts hosts)
{
    public static TheoryData<Store> Stores => ChargingTests.Stores;

    [Theory, MemberData(nameof(Stores))]
    public async Task An_operator_of_some_sites_reads_payers_and_contracts_and_makes_none(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        var some = world.Tokens.Operator(world.Network, Guid.Parse(world.Site.Id));

        (await CodeAsync(async () => await world.Payers.CreatePayerAsync(
            new()
            {
                RequestId = World.NewRequest(),
                Payer = new Payer { Name = "Southwind", PayerCode = "SW001", ReceiverId = "SWHEALTH", FilingIndicator = "CI" },
            },
            some))).ShouldBe("NETWORK_WIDE");
        (await CodeAsync(async () => await world.Payers.CreateContractAsync(
            new()
            {
                RequestId = World.NewRequest(),
                Contract = new Contract
                {
                    PayerId = payer.Id, Code = "S9480", RateCents = 1, RevenueCode = "0905", EffectiveFrom = "2026-01-01",
                },
            },
            some))).ShouldBe("NETWORK_WIDE");

        (await world.Payers.ListPayersAsync(new(), some)).Payers.ShouldBe([payer]);
        (await world.Payers.ListContractsAsync(new() { PayerId = payer.Id }, some)).Contracts.Single().Code.ShouldBe("H0015");
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task An_operator_of_some_sites_neither_posts_nor_reads_remittances_which_are_for_any_site(Store store)
    {
        var (world, payer, claim) = await ClaimedAsync(store);
        var posted = (await world.PostAsync(Remit.ToFile(Remit.Of(payer.PayerCode, [Remit.On(claim)])))).Remittances.Single();
        var some = world.Tokens.Operator(world.Network, Guid.Parse(world.Site.Id));

        using var call = world.Remittances.PostRemittance(some);
        await call.RequestStream.CompleteAsync();
        (await CodeAsync(async () => await call)).ShouldBe("NETWORK_WIDE");
        (await CodeAsync(async () => await world.Remittances.GetRemittanceAsync(new() { RemittanceId = posted.Id }, some)))
            .ShouldBe("NETWORK_WIDE");
        (await CodeAsync(async () => await world.Remittances.ListRemittancesAsync(new(), some))).ShouldBe("NETWORK_WIDE");
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task An_operator_of_some_sites_balances_their_claims_and_not_the_network(Store store)
    {
        var (world, payer, claim) = await ClaimedAsync(store);
        var some = world.Tokens.Operator(world.Network, Guid.Parse(world.Site.Id));
        var stranger = world.Tokens.Operator(world.Network, Guid.Parse(world.AddSite().Id));

        (await BalanceAsync(world, new(), some)).ShouldBe("NETWORK_WIDE");
        (await BalanceAsync(world, new() { PayerId = payer.Id }, some)).ShouldBe("NETWORK_WIDE");
        (await BalanceAsync(world, new() { ClaimId = claim.Id }, stranger)).ShouldBe("NOT_FOUND");
        (await BalanceAsync(world, new() { ClaimId = Guid.NewGuid().ToString() }, world.Operator)).ShouldBe("NOT_FOUND");

        var own = await world.Ledger.GetTrialBalanceAsync(new() { ClaimId = claim.Id }, some);
        own.Balances.Select(b => (b.Account, b.BalanceCents)).ShouldBe([("RECEIVABLE", 250_00), ("REVENUE", -250_00)]);
    }

    [Fact]
    public async Task Coverages_are_added_and_read_by_who_sees_the_person_from_the_first_day_on()
    {
        var world = await hosts.NewWorldAsync(Store.Sqlite);
        var payer = await world.AddContractedPayerAsync();
        var patient = world.AddPatient();
        world.Known.SeenBy[patient.PersonId.ToString()] = world.Site.Id;
        var add = new AddCoverageRequest
        {
            RequestId = World.NewRequest(),
            Coverage = new Coverage
            {
                PersonId = patient.PersonId.ToString(), PayerId = payer.Id, MemberId = "M00042", EffectiveFrom = "2026-01-01",
            },
        };

        var list = new ListCoveragesRequest { PersonId = add.Coverage.PersonId };
        var admin = world.Tokens.SiteAdmin(world.Network, Guid.Parse(world.Site.Id));
        var strangers = new[]
        {
            world.Tokens.SiteAdmin(world.Network, Guid.NewGuid()), world.Tokens.Operator(world.Network, Guid.NewGuid()),
        };

        foreach (var stranger in strangers)
        {
            (await CodeAsync(async () => await world.Coverages.AddCoverageAsync(add, stranger))).ShouldBe("NOT_FOUND");
        }

        var added = (await world.Coverages.AddCoverageAsync(add, admin)).Coverage;
        (await world.Coverages.ListCoveragesAsync(list, admin)).Coverages.ShouldBe([added]);
        foreach (var stranger in strangers)
        {
            (await CodeAsync(async () => await world.Coverages.ListCoveragesAsync(list, stranger))).ShouldBe("NOT_FOUND");
        }
    }

    private static Task<string> BalanceAsync(World world, GetTrialBalanceRequest request, Metadata caller) =>
        CodeAsync(async () => await world.Ledger.GetTrialBalanceAsync(request, caller));

    private async Task<(World World, Payer Payer, Claim Claim)> ClaimedAsync(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        await world.AddReadyPatientAsync(payer);
        return (world, payer, (await world.WriteClaimsAsync(payer)).Claims.Single());
    }
}
