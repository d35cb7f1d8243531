using FsCheck;
using FsCheck.Fluent;
using Platform.Billing.Tests.Support;
using Platform.Billing.V1;
using Platform.Billing.X12;

namespace Platform.Billing.Tests.Journey;

public sealed class BillingPropertyTests(BillingHosts hosts)
{
    /// <summary>A version of a day is told, or claims are written.</summary>
    private sealed record Step(bool Write, int Day, int Version, int Minutes);

    /// <summary>A claim is decided on; a decision made before is reversed; money moves outside of claims.</summary>
    private sealed record Move(int Kind, int Pick, int Contractual, int Patient, int Other);

    private static readonly Gen<Step> Steps =
        from write in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
        from day in Gen.Choose(0, 3)
        from version in Gen.Choose(1, 4)
        from minutes in Gen.Elements(100, 179, 180, 240)
        select new Step(write, day, version, minutes);

    private static readonly Gen<Move> Moves =
        from kind in Gen.Choose(0, 4)
        from pick in Gen.Choose(0, 9)
        from contractual in Gen.Choose(0, 100_00)
        from patient in Gen.Choose(0, 100_00)
        from other in Gen.Choose(0, 50_00)
        select new Move(kind, pick, contractual, patient, other);

    [Fact]
    public void No_day_is_billed_twice_in_whatever_order_and_number_days_are_told_and_claims_are_written() =>
        Check(Steps.NonEmptyListOf(), async steps =>
        {
            var world = await hosts.NewWorldAsync(Store.Sqlite);
            var payer = await world.AddContractedPayerAsync();
            var patient = world.AddPatient();
            await world.AddCoverageAsync(patient, payer);
            var days = Enumerable.Range(0, 4).Select(i => world.Day(patient, World.Monday.AddDays(i))).ToArray();
            var written = new List<Billing.V1.Claim>();

            // Days are told without waiting for their evaluation, so that claims are written before, during and after it.
            foreach (var step in steps)
            {
                var day = days[step.Day];
                if (step.Write)
                    written.AddRange((await world.WriteClaimsAsync(payer)).Claims);
                else
                    await world.HandleAsync(world.Day(patient, day.On, step.Minutes, step.Version, day.ServiceDayId));
            }
            var told = steps.Where(step => !step.Write).Select(step => step.Day).Distinct().ToList();
            foreach (var day in told)
                await world.EvaluatedAsync(days[day]);
            written.AddRange((await world.WriteClaimsAsync(payer)).Claims);

            var charges = (await world.Charges.ListChargesAsync(new ListChargesRequest { SiteId = world.Site.Id }, world.Operator)).Charges;
            charges.Select(charge => charge.ServiceDayId).Order(StringComparer.Ordinal)
                .ShouldBe(told.Select(day => days[day].ServiceDayId.ToString()).Order(StringComparer.Ordinal));
            charges.ShouldAllBe(charge => charge.Status == (charge.Minutes >= 180 ? ChargeStatus.Claimed : ChargeStatus.NotBillable));
            written.Sum(claim => claim.ChargedCents).ShouldBe(250_00 * charges.Count(charge => charge.Minutes >= 180));
            (await world.BalancesAsync()).GetValueOrDefault("RECEIVABLE").ShouldBe(written.Sum(claim => claim.ChargedCents));
            foreach (var day in told)
            {
                // An unclaimed day is of its newest version; a claimed one of the newest that was known when it went out.
                var newest = steps.Where(step => !step.Write && step.Day == day).Aggregate((a, b) => b.Version > a.Version ? b : a);
                var charge = charges.Single(c => c.ServiceDayId == days[day].ServiceDayId.ToString());
                if (charge.ClaimId.Length == 0)
                    charge.Minutes.ShouldBe(newest.Minutes);
            }
        });

    [Fact]
    public void The_ledger_sums_to_zero_after_any_remittances_reversals_and_adjustments() =>
        Check(Moves.NonEmptyListOf(), async moves =>
        {
            var world = await hosts.NewWorldAsync(Store.Sqlite);
            var payer = await world.AddContractedPayerAsync();
            await world.AddReadyPatientAsync(payer);
            await world.AddReadyPatientAsync(payer, days: 2);
            var claims = (await world.WriteClaimsAsync(payer)).Claims;
            var decided = new List<RemittanceClaim>();
            var paid = 0L;
            foreach (var chunk in moves.Chunk(3))
            {
                var remitted = new List<RemittanceClaim>();
                var adjustments = new List<ProviderAdjustment>();
                foreach (var move in chunk)
                {
                    Adjustment[] reasons =
                        [new("CO", "45", move.Contractual), new("PR", "1", move.Patient), new("OA", "23", move.Other)];
                    if (move.Kind == 0)
                        adjustments.Add(Provider("WO", move.Contractual));
                    else if (move.Kind == 1)
                        remitted.Add(Remit.On("X1", 300_00, reasons));
                    else if (move.Kind == 2 && decided.Count > 0)
                        remitted.Add(Remit.Reversal(decided[move.Pick % decided.Count]));
                    else
                        remitted.Add(Remit.On(claims[move.Pick % claims.Count], reasons));
                }
                var total = remitted.Sum(claim => claim.PaidCents) - adjustments.Sum(adjustment => adjustment.AmountCents);
                if (total < 0)
                    adjustments.Add(Provider("FB", total));
                paid += Math.Max(total, 0);
                decided.AddRange(remitted);
                await world.PostAsync(Remit.ToFile(Remit.Of(payer.PayerCode, remitted, traceNumber: null, [.. adjustments])));
            }

            (await world.BalancesAsync()).GetValueOrDefault("CASH").ShouldBe(paid);
            foreach (var claim in claims)
            {
                var on = decided.Where(decision => decision.ClaimId == claim.Number).ToList();
                (await world.BalancesAsync(claim.Id)).GetValueOrDefault("RECEIVABLE")
                    .ShouldBe(claim.ChargedCents - on.Sum(decision => decision.ChargedCents));
                (await world.Claims.GetClaimAsync(new GetClaimRequest { ClaimId = claim.Id }, world.Operator)).Claim.PaidCents
                    .ShouldBe(on.Sum(decision => decision.PaidCents));
            }
        });

    private static ProviderAdjustment Provider(string reason, long cents) =>
        new("1234567893", new DateOnly(2026, 12, 31), reason, null, cents);

    private static void Check<T>(Gen<T> generator, Func<T, Task> rule) =>
        Prop.ForAll(generator.ToArbitrary(), rule).Check(Config.QuickThrowOnFailure.WithMaxTest(15).WithEndSize(20).WithQuietOnSuccess(true));
}
