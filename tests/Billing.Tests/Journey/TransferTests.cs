using Grpc.Core;
using Platform.Billing.Tests.Support;
using Platform.Billing.V1;
using Platform.Support;

namespace Platform.Billing.Tests.Journey;

/// <summary>A person who moves to another site in the same episode.</summary>
public sealed class TransferTests(BillingHosts hosts)
{
    public static TheoryData<Store> Stores => [Store.Sqlite, Store.Postgres];

    [Theory, MemberData(nameof(Stores))]
    public async Task Days_at_the_new_site_take_their_units_from_what_was_authorized_before_and_are_claimed_by_their_own_site(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddPayerAsync();
        await world.AddContractAsync(payer, authorization: true);
        var patient = world.AddPatient();
        await world.AddCoverageAsync(patient, payer);
        var authorization = await world.AddAuthorizationAsync(patient, payer, units: 10);
        var before = await world.CloseAsync(world.Day(patient));

        var there = world.AddSite();
        world.Known.Episodes[patient.EpisodeId.ToString()].SiteId = there.Id;
        var moved = world.Day(patient, World.Monday.AddDays(2)) with
        {
            SiteId = Guid.Parse(there.Id),
            ProgramId = Guid.Parse(there.Programs[0].Id),
        };
        await world.HandleAsync(moved);
        Charge? after = null;
        await Eventually.TrueAsync(
            async () => (after = (await world.Charges.ListChargesAsync(
                new() { SiteId = there.Id, EpisodeId = patient.EpisodeId.ToString() }, world.Operator)).Charges.SingleOrDefault())
                is { Status: ChargeStatus.Ready },
            "the day at the new site to be ready");
        (before.Status, before.AuthorizationId).ShouldBe((ChargeStatus.Ready, authorization.Id));
        (after!.AuthorizationId, after.SiteId).ShouldBe((authorization.Id, there.Id));

        var admin = world.Tokens.SiteAdmin(world.Network, Guid.Parse(there.Id));
        (await world.Coverages.GetAuthorizationAsync(new() { AuthorizationId = authorization.Id }, admin)).Authorization.Used.ShouldBe(2);
        var stranger = world.Tokens.SiteAdmin(world.Network, Guid.Parse(world.AddSite().Id));
        (await Should.ThrowAsync<RpcException>(
            async () => await world.Coverages.GetAuthorizationAsync(new() { AuthorizationId = authorization.Id }, stranger)))
            .StatusCode.ShouldBe(StatusCode.NotFound);
    }
}
