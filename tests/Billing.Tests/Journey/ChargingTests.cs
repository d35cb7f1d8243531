using Grpc.Core;
using Platform.Billing.Tests.Support;
using Platform.Billing.V1;
using Platform.Contracts.Events.Enrollment;
using Platform.Shared.Errors;
using Platform.Support;

namespace Platform.Billing.Tests.Journey;

public sealed class ChargingTests(BillingHosts hosts)
{
    public static TheoryData<Store> Stores => [Store.Sqlite, Store.Postgres];

    [Theory, MemberData(nameof(Stores))]
    public async Task A_covered_day_under_a_contract_is_ready_with_its_proof(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        var patient = world.AddPatient();
        await world.AddCoverageAsync(patient, payer);

        var charge = await world.CloseAsync(world.Day(patient, minutes: 185));

        (charge.Status, charge.Code, charge.AmountCents, charge.Units).ShouldBe((ChargeStatus.Ready, "H0015", 250_00, 1));
        (charge.Minutes, charge.RulePack, charge.PayerId, charge.On).ShouldBe((185, "base@1", payer.Id, "2026-03-02"));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_merge_of_two_records_puts_the_days_of_one_under_the_coverage_of_the_other(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        var (kept, merged) = (world.AddPatient(), world.AddPatient());
        await world.AddCoverageAsync(kept, payer, to: "2026-03-03");
        await world.AddCoverageAsync(merged, payer, from: "2026-03-04");
        var day = world.Day(merged, on: World.Monday);
        (await world.CloseAsync(day)).Holds.Select(hold => hold.Code).ShouldBe(["COVERAGE_MISSING"]);
        await world.MergeAsync(kept, merged);
        await world.MergeAsync(kept, merged);
        await Eventually.GivesAsync(
            async () => await world.FindAsync(day) is { Status: ChargeStatus.Ready } charge ? charge : null, "the charge to be ready");
        var coverages = await world.Coverages.ListCoveragesAsync(new() { PersonId = kept.PersonId.ToString() }, world.Operator);
        coverages.Coverages.Count.ShouldBe(2);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_day_or_a_coverage_that_comes_after_the_merge_is_kept_under_the_record_that_stays(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        var (kept, merged) = (world.AddPatient(), world.AddPatient());
        await world.MergeAsync(kept, merged);
        (await world.AddCoverageAsync(merged, payer)).PersonId.ShouldBe(kept.PersonId.ToString());
        var day = world.Day(merged);
        (await world.CloseAsync(day)).Status.ShouldBe(ChargeStatus.Ready);
        (await world.CloseAsync(world.Day(kept))).Holds.Select(hold => hold.Code).ShouldBe(["DAY_ALREADY_CHARGED"]);
        await world.HandleAsync(new ConsentRevoked(
            Guid.CreateVersion7(), merged.PersonId, ["PAYMENT"], ["PAYMENT"], TimeProvider.System.GetUtcNow()));
        (await world.FindAsync(day))!.Holds.Select(hold => hold.Code).ShouldBe(["CONSENT_MISSING"]);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task What_both_records_have_once_stays_apart_in_a_merge(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        var (kept, merged) = (world.AddPatient(), world.AddPatient());
        await world.AddCoverageAsync(kept, payer);
        await world.AddCoverageAsync(merged, payer);
        var charges = new[] { await world.CloseAsync(world.Day(kept)), await world.CloseAsync(world.Day(merged)) };
        charges.ShouldAllBe(charge => charge.Status == ChargeStatus.Ready);
        await world.MergeAsync(kept, merged);
        (await world.Coverages.ListCoveragesAsync(new() { PersonId = kept.PersonId.ToString() }, world.Operator))
            .Coverages.ShouldHaveSingleItem();
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_day_below_the_floor_is_not_billable(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        var patient = world.AddPatient();
        await world.AddCoverageAsync(patient, payer);

        var charge = await world.CloseAsync(world.Day(patient, minutes: 179));

        (charge.Status, charge.AmountCents).ShouldBe((ChargeStatus.NotBillable, 0));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_day_is_held_step_by_step_until_coverage_contract_and_authorization_are_there(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddPayerAsync();
        var patient = world.AddPatient();
        var day = world.Day(patient);

        Holds(await world.CloseAsync(day)).ShouldBe(["COVERAGE_MISSING"]);
        await world.AddCoverageAsync(patient, payer);
        Holds((await world.FindAsync(day))!).ShouldBe(["CONTRACT_MISSING"]);
        await world.AddContractAsync(payer, authorization: true);
        await Eventually.TrueAsync(
            async () => Holds((await world.FindAsync(day))!) is ["AUTHORIZATION_MISSING"], "the charge to be held for its authorization");
        var authorization = await world.AddAuthorizationAsync(patient, payer, units: 10);

        var charge = (await world.FindAsync(day))!;
        (charge.Status, charge.AuthorizationId).ShouldBe((ChargeStatus.Ready, authorization.Id));
        authorization.Used.ShouldBe(1);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Units_are_never_used_beyond_what_was_authorized_and_more_of_them_release_the_day(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddPayerAsync();
        await world.AddContractAsync(payer, authorization: true);
        var patient = world.AddPatient();
        await world.AddCoverageAsync(patient, payer);
        var authorization = await world.AddAuthorizationAsync(patient, payer, units: 2);
        var days = Enumerable.Range(0, 4).Select(i => world.Day(patient, World.Monday.AddDays(i))).ToList();

        await Task.WhenAll(days.Select(world.HandleAsync));
        var charges = await Task.WhenAll(days.Select(world.EvaluatedAsync));

        charges.Count(charge => charge.Status == ChargeStatus.Ready).ShouldBe(2);
        charges.Where(charge => charge.Status != ChargeStatus.Ready).ShouldAllBe(charge => Holds(charge).Single() == "AUTHORIZATION_EXHAUSTED");
        (await GetAsync(world, authorization)).Used.ShouldBe(2);

        (await world.AddAuthorizationAsync(patient, payer, units: 5, number: "AUTH2")).Used.ShouldBe(2);
        foreach (var day in days)
            (await world.FindAsync(day))!.Status.ShouldBe(ChargeStatus.Ready);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_day_amended_below_the_floor_gives_its_unit_back_to_the_day_that_waits_for_one(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddPayerAsync();
        await world.AddContractAsync(payer, authorization: true);
        var patient = world.AddPatient();
        await world.AddCoverageAsync(patient, payer);
        var authorization = await world.AddAuthorizationAsync(patient, payer, units: 1);
        var first = world.Day(patient);
        var second = world.Day(patient, World.Monday.AddDays(1));
        (await world.CloseAsync(first)).Status.ShouldBe(ChargeStatus.Ready);
        Holds(await world.CloseAsync(second)).ShouldBe(["AUTHORIZATION_EXHAUSTED"]);

        await world.HandleAsync(world.Day(patient, minutes: 60, version: 2, id: first.ServiceDayId));

        await Eventually.TrueAsync(
            async () => (await world.FindAsync(first))!.Status == ChargeStatus.NotBillable
                && (await world.FindAsync(second))!.Status == ChargeStatus.Ready,
            "the unit to go to the other day");
        (await GetAsync(world, authorization)).Used.ShouldBe(1);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_day_that_comes_many_times_at_once_and_out_of_order_makes_one_charge_of_its_newest_version(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        var patient = world.AddPatient();
        await world.AddCoverageAsync(patient, payer);
        var newest = world.Day(patient, minutes: 240, version: 3);
        var older = world.Day(patient, minutes: 190, version: 2, id: newest.ServiceDayId);

        await Task.WhenAll(new[] { older, newest, newest, older, newest }.Select(world.HandleAsync));

        var charge = await world.EvaluatedAsync(newest);
        (charge.Minutes, charge.Status).ShouldBe((240, ChargeStatus.Ready));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_persons_day_is_charged_once_though_two_service_days_are_for_it(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        var patient = world.AddPatient();
        await world.AddCoverageAsync(patient, payer);
        var days = new[] { world.Day(patient), world.Day(patient) };

        await Task.WhenAll(days.Select(world.HandleAsync));
        var charges = await Task.WhenAll(days.Select(world.EvaluatedAsync));

        charges.Count(charge => charge.Status == ChargeStatus.Ready).ShouldBe(1);
        Holds(charges.Single(charge => charge.Status == ChargeStatus.Held)).ShouldBe(["DAY_ALREADY_CHARGED"]);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_day_that_is_free_again_is_charged_for_the_other_service_day_of_it(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        var patient = world.AddPatient();
        await world.AddCoverageAsync(patient, payer);
        var (first, second) = (world.Day(patient), world.Day(patient));
        (await world.CloseAsync(first)).Status.ShouldBe(ChargeStatus.Ready);
        Holds(await world.CloseAsync(second)).ShouldBe(["DAY_ALREADY_CHARGED"]);

        (await world.CloseAsync(world.Day(patient, minutes: 60, version: 2, id: first.ServiceDayId))).Status.ShouldBe(ChargeStatus.NotBillable);

        await Eventually.TrueAsync(
            async () => (await world.FindAsync(second))!.Status == ChargeStatus.Ready, "the other service day to be charged");
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_coverage_recorded_while_its_days_are_evaluated_is_never_missed(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        for (var round = 0; round < 10; round++)
        {
            var patient = world.AddPatient();
            var day = world.Day(patient);
            await Task.WhenAll(world.HandleAsync(day), world.AddCoverageAsync(patient, payer));
            (await world.EvaluatedAsync(day)).Status.ShouldBe(ChargeStatus.Ready);
        }
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_second_coverage_or_contract_for_some_of_the_days_is_refused(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        var patient = world.AddPatient();
        await world.AddCoverageAsync(patient, payer, "2026-01-01", "2026-03-31");

        (await CodeAsync(() => world.AddCoverageAsync(patient, payer, "2026-03-31"))).ShouldBe("COVERAGE_OVERLAP");
        (await CodeAsync(() => world.AddContractAsync(payer))).ShouldBe("CONTRACT_OVERLAP");
        (await CodeAsync(() => world.AddPayerAsync())).ShouldBe("PAYER_CODE_TAKEN");
        await world.AddCoverageAsync(patient, payer, "2026-04-01");
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Of_coverages_for_the_same_days_that_come_at_once_one_is_recorded(Store store)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        var patient = world.AddPatient();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => CodeAsync(() => world.AddCoverageAsync(patient, payer))));

        outcomes.Order(StringComparer.Ordinal).ShouldBe(["", "COVERAGE_OVERLAP", "COVERAGE_OVERLAP", "COVERAGE_OVERLAP"]);
    }

    [Fact]
    public async Task A_contract_says_everything_that_is_wrong_with_it_at_once()
    {
        var world = await hosts.NewWorldAsync(Store.Sqlite);
        var payer = await world.AddPayerAsync();

        var error = await Should.ThrowAsync<RpcException>(() => world.AddContractAsync(payer, change: contract =>
        {
            contract.Code = "h0015";
            contract.RateCents = 0;
            contract.RevenueCode = "906";
            contract.EffectiveTo = "2025-01-01";
        }));

        error.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        error.ToDomainError()!.Fields.Select(field => field.Field).Order(StringComparer.Ordinal)
            .ShouldBe(["contract.code", "contract.effective_to", "contract.rate_cents", "contract.revenue_code"]);
    }

    internal static async Task<string> CodeAsync(Func<Task> call)
    {
        try
        {
            await call();
            return string.Empty;
        }
        catch (RpcException e)
        {
            return e.ToDomainError()?.Code ?? e.StatusCode.ToString();
        }
    }

    private static string[] Holds(Charge charge) => [.. charge.Holds.Select(hold => hold.Code)];

    private static async Task<Authorization> GetAsync(World world, Authorization authorization) =>
        (await world.Coverages.GetAuthorizationAsync(
            new GetAuthorizationRequest { AuthorizationId = authorization.Id }, world.Operator)).Authorization;
}
