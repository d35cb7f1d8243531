using System.Text;
using Platform.Billing.Tests.Support;
using Platform.Billing.V1;
using Platform.Billing.X12;
using static Platform.Billing.Tests.Journey.ChargingTests;
using Claim = Platform.Billing.V1.Claim;

namespace Platform.Billing.Tests.Journey;

public sealed class RemittingTests(BillingHosts hosts)
{
    public static TheoryData<Store> Stores => ChargingTests.Stores;

    [Theory, MemberData(nameof(Stores))]
    public async Task A_remittance_moves_its_claims_charges_and_the_ledger(Store store)
    {
        var (world, payer, claim) = await ClaimedAsync(store, days: 2);
        var charges = await ChargesAsync(world);

        var posted = await world.PostAsync(Remit.ToFile(Remit.Of(payer.PayerCode,
        [
            Remit.On(claim) with
            {
                PaidCents = 200_00,
                Lines =
                [
                    Line(claim, 1, paid: 200_00, new Adjustment("CO", "45", 30_00), new Adjustment("PR", "3", 20_00)),
                    Line(claim, 2, paid: 0, new Adjustment("CO", "197", 250_00)),
                ],
            },
        ])));

        posted.Duplicate.ShouldBeFalse();
        var remittance = posted.Remittances.ShouldHaveSingleItem();
        (remittance.PaidCents, remittance.Claims, remittance.Matched, remittance.PayerId).ShouldBe((200_00, 1, 1, payer.Id));
        var after = (await world.Claims.GetClaimAsync(new GetClaimRequest { ClaimId = claim.Id }, world.Operator)).Claim;
        (after.Status, after.PaidCents, after.PatientCents, after.AdjustedCents).ShouldBe((ClaimStatus.Remitted, 200_00, 20_00, 280_00));
        (await ChargesAsync(world)).Select(c => (c.Id, c.Status))
            .ShouldBe([(charges[0].Id, ChargeStatus.Paid), (charges[1].Id, ChargeStatus.Denied)]);
        var balances = await world.BalancesAsync(claim.Id);
        (balances["RECEIVABLE"], balances["REVENUE"], balances["CASH"]).ShouldBe((0, -500_00, 200_00));
        (balances["CONTRACTUAL_ADJUSTMENT"], balances["OTHER_ADJUSTMENT"], balances["PATIENT_RECEIVABLE"]).ShouldBe((30_00, 250_00, 20_00));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_file_is_posted_once_however_often_it_is_given_and_under_whatever_request(Store store)
    {
        var (world, payer, claim) = await ClaimedAsync(store);
        var file = Remit.ToFile(Remit.Of(payer.PayerCode, [Remit.On(claim, new Adjustment("CO", "45", 50_00))]));
        var request = World.NewRequest();

        var first = await world.PostAsync(file, request);
        (await world.PostAsync(file, request)).ShouldBe(first);
        var again = await world.PostAsync(file);

        (first.Duplicate, again.Duplicate).ShouldBe((false, true));
        again.Remittances.ShouldBe(first.Remittances);
        (await world.BalancesAsync())["CASH"].ShouldBe(200_00);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_file_that_is_given_many_times_at_once_is_posted_once(Store store)
    {
        var (world, payer, claim) = await ClaimedAsync(store);
        var file = Remit.ToFile(Remit.Of(payer.PayerCode, [Remit.On(claim)]));

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => world.PostAsync(file)));

        answers.Count(answer => !answer.Duplicate).ShouldBe(1);
        answers.Select(answer => answer.Remittances.Single().Id).Distinct().Count().ShouldBe(1);
        (await world.BalancesAsync())["CASH"].ShouldBe(250_00);
    }

    [Fact]
    public async Task A_remittance_that_comes_again_in_another_file_is_the_same_and_another_one_under_its_trace_number_is_refused()
    {
        var (world, payer, claim) = await ClaimedAsync(Store.Sqlite);
        var remittance = Remit.Of(payer.PayerCode, [Remit.On(claim)]);
        var first = await world.PostAsync(Remit.ToFile(remittance));

        var other = await world.PostAsync(Remit.ToFile(
            remittance with { Interchange = remittance.Interchange with { ControlNumber = "000000077" } },
            Remit.Of(payer.PayerCode, [])));
        other.Remittances[0].ShouldBe(first.Remittances.Single());
        other.Duplicate.ShouldBeFalse();

        (await CodeAsync(() => world.PostAsync(Remit.ToFile(
            Remit.Of(payer.PayerCode, [Remit.On(claim, new Adjustment("CO", "45", 1))], remittance.Payment.TraceNumber)))))
            .ShouldBe("TRACE_NUMBER_REUSED");
        (await world.BalancesAsync())["CASH"].ShouldBe(250_00);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_file_of_which_one_remittance_does_not_balance_is_refused_whole(Store store)
    {
        var (world, payer, claim) = await ClaimedAsync(store);
        var file = Encoding.ASCII.GetString(Remit.ToFile(
            Remit.Of(payer.PayerCode, [Remit.On(claim)]), Remit.Of(payer.PayerCode, [Remit.On("C9", 300_00)], "BALANCE")));
        var unbalanced = file.Replace("CLP*C9*1*300*300", "CLP*C9*1*300*299.99", StringComparison.Ordinal);
        unbalanced.ShouldNotBe(file);

        (await CodeAsync(() => world.PostAsync(Encoding.ASCII.GetBytes(unbalanced)))).ShouldBe("REMITTANCE_REFUSED");

        (await world.BalancesAsync()).ShouldNotContainKey("CASH");
        (await world.Remittances.ListRemittancesAsync(new ListRemittancesRequest(), world.Operator)).Remittances.ShouldBeEmpty();
        (await world.PostAsync(Encoding.ASCII.GetBytes(file))).Duplicate.ShouldBeFalse();
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_file_of_which_one_payer_is_unknown_is_refused_whole(Store store)
    {
        var (world, payer, claim) = await ClaimedAsync(store);

        (await CodeAsync(() => world.PostAsync(Remit.ToFile(
            Remit.Of(payer.PayerCode, [Remit.On(claim)]), Remit.Of("NOBODY", [Remit.On("C9", 300_00)]))))).ShouldBe("PAYER_UNKNOWN");

        (await world.BalancesAsync()).ShouldNotContainKey("CASH");
    }

    [Fact]
    public async Task A_payer_that_gives_itself_no_identifier_is_known_by_its_name()
    {
        var (world, payer, claim) = await ClaimedAsync(Store.Sqlite);
        var remittance = Remit.Of(payer.PayerCode, [Remit.On(claim)]);

        var posted = await world.PostAsync(Remit.ToFile(
            remittance with { Payer = new RemittancePayer("NORTHWIND HEALTH", null, []) }));

        posted.Remittances.Single().PayerId.ShouldBe(payer.Id);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_reversal_takes_everything_back_and_the_corrected_claim_posts_anew(Store store)
    {
        var (world, payer, claim) = await ClaimedAsync(store);
        var first = Remit.On(claim, new Adjustment("CO", "45", 50_00)) with
        {
            Adjustments = [],
            Lines = [Line(claim, 1, paid: 200_00, new Adjustment("CO", "45", 50_00))],
        };
        await world.PostAsync(Remit.ToFile(Remit.Of(payer.PayerCode, [first])));

        await world.PostAsync(Remit.ToFile(Remit.Of(
            payer.PayerCode,
            [Remit.Reversal(first)],
            traceNumber: null,
            new ProviderAdjustment("1234567893", new DateOnly(2026, 12, 31), "FB", null, -200_00))));
        var reversed = (await world.Claims.GetClaimAsync(new GetClaimRequest { ClaimId = claim.Id }, world.Operator)).Claim;
        (reversed.Status, reversed.PaidCents, reversed.AdjustedCents).ShouldBe((ClaimStatus.Written, 0, 0));
        (await ChargesAsync(world)).Single().Status.ShouldBe(ChargeStatus.Claimed);
        (await world.BalancesAsync(claim.Id))["RECEIVABLE"].ShouldBe(250_00);

        await world.PostAsync(Remit.ToFile(Remit.Of(payer.PayerCode, [Remit.On(claim, new Adjustment("CO", "50", 250_00))])));
        var denied = (await world.Claims.GetClaimAsync(new GetClaimRequest { ClaimId = claim.Id }, world.Operator)).Claim;
        (denied.Status, denied.AdjustedCents).ShouldBe((ClaimStatus.Denied, 250_00));
        (await ChargesAsync(world)).Single().Status.ShouldBe(ChargeStatus.Denied);
        (await world.BalancesAsync())["PROVIDER_ADJUSTMENT"].ShouldBe(-200_00);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Money_for_claims_that_are_not_known_and_outside_of_claims_stands_apart(Store store)
    {
        var (world, payer, claim) = await ClaimedAsync(store);
        var other = await world.AddPayerAsync("OTHER");

        var posted = await world.PostAsync(Remit.ToFile(Remit.Of(
            payer.PayerCode,
            [Remit.On(claim), Remit.On("X77", 80_00, new Adjustment("CO", "45", 30_00))],
            traceNumber: null,
            new ProviderAdjustment("1234567893", new DateOnly(2026, 12, 31), "WO", null, 10_00))));

        var remittance = posted.Remittances.Single();
        (remittance.PaidCents, remittance.Matched).ShouldBe((290_00, 1));
        remittance.Unmatched.ShouldBe(["X77"]);
        var balances = await world.BalancesAsync();
        (balances["CASH"], balances["UNMATCHED"], balances["PROVIDER_ADJUSTMENT"]).ShouldBe((290_00, -50_00, 10_00));
        balances.ShouldNotContainKey("CONTRACTUAL_ADJUSTMENT");

        // A claim number of this network in another payer's remittance is not that payer's claim.
        (await world.PostAsync(Remit.ToFile(Remit.Of(other.PayerCode, [Remit.On(claim)])))).Remittances.Single().Unmatched.ShouldBe([claim.Number]);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_payer_posts_and_sees_its_own_remittances_only(Store store)
    {
        var (world, payer, claim) = await ClaimedAsync(store);
        var other = await world.AddPayerAsync("OTHER");
        var caller = world.Tokens.Payer(world.Network, Guid.Parse(payer.Id));
        var stranger = world.Tokens.Payer(world.Network, Guid.Parse(other.Id));
        var file = Remit.ToFile(Remit.Of(payer.PayerCode, [Remit.On(claim)]));

        (await CodeAsync(() => world.PostAsync(file, caller: stranger))).ShouldBe("NOT_FOUND");
        var posted = (await world.PostAsync(file, caller: caller)).Remittances.Single();
        (await CodeAsync(() => world.PostAsync(file, caller: stranger))).ShouldBe("NOT_FOUND");

        var get = new GetRemittanceRequest { RemittanceId = posted.Id };
        (await world.Remittances.GetRemittanceAsync(get, caller)).Remittance.ShouldBe(posted);
        (await CodeAsync(async () => await world.Remittances.GetRemittanceAsync(get, stranger))).ShouldBe("NOT_FOUND");
        (await CodeAsync(async () => await world.Remittances.GetRemittanceAsync(get, world.Tokens.Operator(Guid.NewGuid())))).ShouldBe("NOT_FOUND");
        (await world.Remittances.ListRemittancesAsync(new ListRemittancesRequest(), stranger)).Remittances.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_claims_entries_say_what_moved_page_by_page()
    {
        var (world, payer, claim) = await ClaimedAsync(Store.Sqlite);
        await world.PostAsync(Remit.ToFile(Remit.Of(payer.PayerCode, [Remit.On(claim, new Adjustment("CO", "45", 50_00))], "T-PAGES")));

        var entries = new List<LedgerEntry>();
        var token = string.Empty;
        do
        {
            var page = await world.Ledger.ListEntriesAsync(
                new ListEntriesRequest { ClaimId = claim.Id, Page = new() { Size = 4, Token = token } }, world.Operator);
            entries.AddRange(page.Entries);
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        entries.Select(entry => entry.Id).ShouldBeUnique();
        entries.GroupBy(entry => entry.TransactionId).ShouldAllBe(transaction => transaction.Sum(entry => entry.AmountCents) == 0);
        entries.Select(entry => (entry.Account, entry.AmountCents, entry.Memo)).ShouldBe(
            [
                ("RECEIVABLE", 250_00, $"Claim {claim.Number} charged"), ("REVENUE", -250_00, $"Claim {claim.Number} charged"),
                ("CASH", 200_00, "835 T-PAGES: paid"), ("RECEIVABLE", -200_00, "835 T-PAGES: paid"),
                ("CONTRACTUAL_ADJUSTMENT", 50_00, "835 T-PAGES: CO-45"), ("RECEIVABLE", -50_00, "835 T-PAGES: CO-45"),
            ],
            ignoreOrder: true);
    }

    private async Task<(World World, Payer Payer, Claim Claim)> ClaimedAsync(Store store, int days = 1)
    {
        var world = await hosts.NewWorldAsync(store);
        var payer = await world.AddContractedPayerAsync();
        await world.AddReadyPatientAsync(payer, days);
        return (world, payer, (await world.WriteClaimsAsync(payer)).Claims.Single());
    }

    private static async Task<IReadOnlyList<Charge>> ChargesAsync(World world) =>
        (await world.Charges.ListChargesAsync(new ListChargesRequest { SiteId = world.Site.Id }, world.Operator)).Charges;

    private static RemittanceLine Line(Claim claim, int number, long paid, params Adjustment[] adjustments) => new()
    {
        Procedure = new Procedure { Code = "H0015" },
        ChargedCents = 250_00,
        PaidCents = paid,
        From = World.Monday.AddDays(number - 1),
        Through = World.Monday.AddDays(number - 1),
        LineControlNumber = $"{claim.Number}L{number:D3}",
        Adjustments = adjustments,
    };
}
