using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Billing.Tests.Support;
using Platform.Billing.V1;
using Platform.Shared.Persistence;
using Platform.Support;
using static Platform.Billing.Tests.Journey.ChargingTests;

namespace Platform.Billing.Tests.Journey;

public sealed class FaultTests(BillingHosts hosts)
{
    [Fact]
    public async Task While_enrollment_is_down_no_claim_is_written_and_no_day_is_lost()
    {
        await using var host = await BillingHost.StartAsync(Store.Sqlite);
        var world = new World(host);
        var payer = await world.AddContractedPayerAsync();
        var ready = await world.AddReadyPatientAsync(payer);
        var patient = world.AddPatient();
        await world.AddCoverageAsync(patient, payer);
        var port = new Uri(host.Peers.Address).Port;
        await host.Peers.DisposeAsync();

        var day = world.Day(patient);
        await world.HandleAsync(day);
        var refused = await Should.ThrowAsync<RpcException>(() => world.WriteClaimsAsync(payer));

        refused.StatusCode.ShouldBe(StatusCode.Unavailable);
        (await world.BalancesAsync()).ShouldBeEmpty();
        (await world.FindAsync(day))!.Holds.ShouldHaveSingleItem().Code.ShouldBe("EVALUATION_PENDING");

        await using var back = await Support.Peers.StartAsync(port, host.Peers.Known);
        (await world.EvaluatedAsync(day)).Status.ShouldBe(ChargeStatus.Ready);
        (await world.WriteClaimsAsync(payer)).Claims.Select(claim => claim.EpisodeId).Order(StringComparer.Ordinal)
            .ShouldBe(new[] { ready.EpisodeId, patient.EpisodeId }.Select(id => id.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_repeat_gets_the_first_answer_though_the_other_services_are_down()
    {
        await using var host = await BillingHost.StartAsync(Store.Sqlite);
        var world = new World(host);
        var payer = await world.AddContractedPayerAsync();
        await world.AddReadyPatientAsync(payer);
        var patient = world.AddPatient();
        var authorize = new AddAuthorizationRequest
        {
            RequestId = World.NewRequest(),
            Authorization = new Authorization
            {
                EpisodeId = patient.EpisodeId.ToString(),
                PayerId = payer.Id,
                Code = "H0015",
                Number = "AUTH1",
                From = "2026-01-01",
                To = "2026-12-31",
                Units = 3,
            },
        };
        var authorized = await world.Coverages.AddAuthorizationAsync(authorize, world.Operator);
        var request = World.NewRequest();
        var written = await world.WriteClaimsAsync(payer, request);
        await world.AddReadyPatientAsync(payer);
        await host.Peers.DisposeAsync();

        (await world.Coverages.AddAuthorizationAsync(authorize, world.Operator)).ShouldBe(authorized);
        (await world.WriteClaimsAsync(payer, request)).ShouldBe(written);
        (await CodeAsync(() => world.WriteClaimsAsync(payer))).ShouldBe("UNAVAILABLE");
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_closed_day_arrives_over_the_bus(Store store)
    {
        await using var host = await BillingHost.StartAsync(store);
        var world = new World(host);
        var day = world.Day(world.AddPatient());

        await host.Host.Services.GetRequiredService<Database<BillingDbContext>>().WriteAsync(
            world.Network,
            actor: null,
            (db, _) =>
            {
                db.Publish(day, day.EpisodeId);
                return Task.FromResult(true);
            },
            TestContext.Current.CancellationToken);

        await Eventually.TrueAsync(async () => await world.FindAsync(day) is not null, "the charge of the day");
        (await world.EvaluatedAsync(day)).Holds.ShouldHaveSingleItem().Code.ShouldBe("COVERAGE_MISSING");
    }

    [Fact]
    public async Task Nothing_of_a_person_is_in_the_log()
    {
        await using var host = await BillingHost.StartAsync(Store.Sqlite);
        var world = new World(host);
        var payer = await world.AddContractedPayerAsync();
        await world.AddReadyPatientAsync(payer);
        var claim = (await world.WriteClaimsAsync(payer)).Claims.Single();
        await world.PostAsync(Remit.ToFile(Remit.Of(payer.PayerCode, [Remit.On(claim)])));

        foreach (var secret in new[] { "Quillfeather", "QUILLFEATHER", "M00042", "F1020", "1990-05-17" })
            host.Host.Logs.Text.ShouldNotContain(secret);
    }

    [Fact]
    public async Task PostgreSQL_refuses_a_transaction_of_the_ledger_that_does_not_sum_to_zero()
    {
        var world = await hosts.NewWorldAsync(Store.Postgres);
        var payer = await world.AddPayerAsync();
        world.Logs.Expect("Microsoft.EntityFrameworkCore.Database.Command", "SET CONSTRAINTS");

        var failure = await Should.ThrowAsync<Npgsql.PostgresException>(() => world.WriteAsync(async db =>
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                 INSERT INTO ledger_entry (id, network_id, transaction_id, account, amount_cents, "on", memo, payer_id, written_at)
                 VALUES ({Guid.NewGuid()}, {world.Network}, {Guid.NewGuid()}, 'Cash', 100, {World.Monday}, '', {Guid.Parse(payer.Id)}, now())
                 """);

            // What a commit would do.
            return await db.Database.ExecuteSqlAsync($"SET CONSTRAINTS ALL IMMEDIATE");
        }));

        failure.MessageText.ShouldContain("sum to zero");
    }

    [Fact]
    public async Task PostgreSQL_refuses_contracts_and_coverages_that_overlap_whoever_writes_them()
    {
        var world = await hosts.NewWorldAsync(Store.Postgres);
        var payer = await world.AddContractedPayerAsync();
        var patient = world.AddPatient();
        await world.AddCoverageAsync(patient, payer);

        world.Logs.Expect("Microsoft.EntityFrameworkCore.Database.Command", "INSERT INTO contract SELECT");
        world.Logs.Expect("Microsoft.EntityFrameworkCore.Database.Command", "INSERT INTO coverage (id");

        (await CodeOfAsync(() => world.WriteAsync(db => db.Database.ExecuteSqlAsync(
            $"INSERT INTO contract SELECT {Guid.NewGuid()}, network_id, payer_id, code, rate, revenue_code, modifiers, effective_from, effective_to, authorization_required, timely_filing_days FROM contract WHERE payer_id = {Guid.Parse(payer.Id)}"))))
            .ShouldBe("CONTRACT_OVERLAP");
        (await CodeOfAsync(() => world.WriteAsync(db => db.Database.ExecuteSqlAsync(
            $"INSERT INTO coverage (id, network_id, person_id, payer_id, member_id, effective_from) VALUES ({Guid.NewGuid()}, {world.Network}, {patient.PersonId}, {Guid.Parse(payer.Id)}, 'M2', {World.Monday})"))))
            .ShouldBe("COVERAGE_OVERLAP");
    }

    [Fact]
    public async Task A_made_up_file_or_a_stream_without_a_header_is_refused()
    {
        var world = await hosts.NewWorldAsync(Store.Sqlite);

        (await CodeAsync(() => world.PostAsync("not an 835"u8.ToArray()))).ShouldBe("REMITTANCE_REFUSED");
        using var call = world.Remittances.PostRemittance(world.Operator);
        await call.RequestStream.CompleteAsync();
        (await CodeAsync(async () => await call)).ShouldBe("INVALID_ARGUMENT");
    }

    private static async Task<string> CodeOfAsync(Func<Task> call) =>
        (await Should.ThrowAsync<Platform.Shared.Errors.DomainException>(call)).Error.Code;
}
