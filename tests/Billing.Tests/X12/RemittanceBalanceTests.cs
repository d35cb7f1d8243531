using System.Globalization;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Platform.Billing.X12;
using static Platform.Billing.Tests.X12.X12Property;
using static Platform.Billing.Tests.X12.X12Samples;

namespace Platform.Billing.Tests.X12;

public sealed partial class RemittanceBalanceTests
{
    private static readonly Gen<IReadOnlyList<Adjustment>> Adjustments = List(
        from @group in Gen.Elements("CO", "CR", "OA", "PI", "PR")
        from reason in Gen.Elements("1", "2", "45", "50", "97", "197", "B7")
        from cents in Cents
        from counted in Gen.Elements(true, false)
        from quantity in Gen.Choose(0, 9)
        select new Adjustment(@group, reason, cents, counted ? quantity : null), 0, 9);

    private static readonly Gen<Procedure> Procedures =
        from code in Word(5)
        from modifiers in List(Word(2), 0, 4)
        select new Procedure { Code = code, Modifiers = modifiers };

    private static readonly Gen<RemittanceLine> Lines =
        from procedure in Procedures
        from billed in Maybe(Procedures)
        from charged in Cents
        from adjustments in Adjustments
        from day in Day
        from days in Gen.Choose(0, 3)
        from units in Gen.Choose(0, 40)
        from control in Maybe(Word(30))
        from references in List(from value in Word(20) select new X12Reference("LU", value), 0, 2)
        from amounts in List(from cents in Cents select new SupplementalAmount("B6", cents), 0, 2)
        from remarks in List(Word(5), 0, 3)
        select new RemittanceLine
        {
            Procedure = procedure,
            BilledProcedure = billed,
            ChargedCents = charged,
            PaidCents = charged - adjustments.Sum(adjustment => adjustment.AmountCents),
            RevenueCode = units % 2 == 0 ? "0906" : null,
            UnitsPaid = units / 4m,
            UnitsBilled = units % 3 == 0 ? units : null,
            From = day,
            Through = day.AddDays(days),
            Adjustments = adjustments,
            LineControlNumber = control,
            References = references,
            Amounts = amounts,
            RemarkCodes = remarks,
        };

    private static readonly Gen<RemittanceClaim> Claims =
        from id in Word(20)
        from status in Gen.Elements("1", "2", "3", "4", "19", "22", "25")
        from charged in Cents
        from share in Cents
        from adjustments in Adjustments
        from lines in List(Lines, 0, 4)
        from patient in Maybe(from last in Words(60) from first in Maybe(Words(35)) from middle in Maybe(Word(25)) select new PersonName(last, first, middle))
        from member in Maybe(Word(12))
        from remarks in List(Word(5), 0, 5)
        from @from in Day
        select new RemittanceClaim
        {
            ClaimId = id,
            StatusCode = status,
            ChargedCents = charged,
            PaidCents = charged - adjustments.Concat(lines.SelectMany(line => line.Adjustments)).Sum(adjustment => adjustment.AmountCents),
            PatientResponsibilityCents = share % 2 == 0 ? share : null,
            FilingIndicator = "12",
            PayerControlNumber = $"ICN{id}",
            FacilityType = "13",
            Frequency = "1",
            Patient = patient,
            MemberId = member,
            Adjustments = adjustments,
            RemarkCodes = remarks,
            From = @from,
            Through = @from,
            References = [new("EA", id)],
            Amounts = [new("AU", charged)],
            Lines = lines,
        };

    private static readonly Gen<Remittance> Remittances =
        from claims in List(Claims, 0, 5)
        from adjustments in List(
            from reason in Gen.Elements("WO", "FB", "L6", "72")
            from reference in Maybe(Word(20))
            from cents in Cents
            from end in Day
            select new ProviderAdjustment("1234567893", end, reason, reference, cents), 0, 3)
        from production in Day
        select Balanced(claims, adjustments, production);

    [Fact]
    public void A_balanced_remittance_survives_being_written_and_read_whatever_the_separators() => Holds(
        from remittance in Remittances
        from delimiters in Delimiters
        from lineBreaks in Gen.Elements(true, false)
        select (remittance, delimiters, lineBreaks),
        given =>
        {
            var read = ReadRemittances(Write(given.remittance, given.delimiters, given.lineBreaks)).ShouldHaveSingleItem();
            read.ShouldHold(given.remittance);
        });

    [Fact]
    public void Any_one_changed_amount_refuses_the_file_with_its_place_and_both_sums() => Holds(
        from remittance in Remittances
        from which in Gen.Choose(0, 10_000)
        from cents in Gen.Choose(1, 500_000)
        select (remittance, which, cents),
        given =>
        {
            var segments = Write(given.remittance).Split('~').Select(segment => segment.Split('*')).ToList();
            var (segment, element, loop, place) = BalancingAmounts(segments).ToList() is var all ? all[given.which % all.Count] : default;
            var changed = decimal.Parse(segments[segment][element], CultureInfo.InvariantCulture) + given.cents / 100m;
            segments[segment][element] = changed.ToString(CultureInfo.InvariantCulture);

            var error = Refused(string.Join('~', segments.Select(elements => string.Join('*', elements))));

            (error.Loop, error.SegmentNumber).ShouldBe((loop, place));
            var sums = BothSums().Match(error.Message);
            sums.Success.ShouldBeTrue(error.Message);
            Math.Abs(Dollars(sums.Groups["computed"]) - Dollars(sums.Groups["said"])).ShouldBe(given.cents / 100m);
        });

    [Fact]
    public void An_unbalanced_remittance_is_not_written()
    {
        var remittance = ReadRemittances(X12Samples.Remittance)[0];
        var unbalanced = remittance with { Payment = remittance.Payment with { AmountCents = 286_51 } };
        Should.Throw<X12Exception>(() => Write(unbalanced)).Message.ShouldContain("is 286.50, but the payment (BPR02) is 286.51");
    }

    // Every element that balances, with the loop and the segment (ST is 1) at which its change must be reported: a line's at
    // its SVC, a claim's at its CLP, the rest at BPR.
    private static IEnumerable<(int Segment, int Element, string Loop, int Place)> BalancingAmounts(List<string[]> segments)
    {
        var (loop, place) = ("Header", 2);
        for (var i = 2; i < segments.Count; i++)
        {
            switch (segments[i][0])
            {
                case "BPR":
                    yield return (i, 2, "Header", 2);
                    break;
                case "CLP":
                    (loop, place) = ("2100", i - 1);
                    yield return (i, 3, loop, place);
                    yield return (i, 4, loop, place);
                    break;
                case "SVC":
                    (loop, place) = ("2110", i - 1);
                    yield return (i, 2, loop, place);
                    yield return (i, 3, loop, place);
                    break;
                case "CAS":
                    for (var element = 3; element < segments[i].Length; element += 3)
                        yield return (i, element, loop, place);
                    break;
                case "PLB":
                    yield return (i, 4, "Header", 2);
                    break;
            }
        }
    }

    private static Remittance Balanced(IReadOnlyList<RemittanceClaim> claims, IReadOnlyList<ProviderAdjustment> adjustments, DateOnly production)
    {
        var payment = claims.Sum(claim => claim.PaidCents) - adjustments.Sum(adjustment => adjustment.AmountCents);
        // What the payee owes is carried forward, as a payment cannot be negative.
        if (payment < 0)
            adjustments = [.. adjustments, new("1234567893", production, "FB", null, payment)];
        return new()
        {
            Interchange = X12Samples.Interchange,
            Group = X12Samples.Group("HP", "005010X221A1"),
            ControlNumber = "0001",
            Payment = new()
            {
                Handling = "I",
                AmountCents = Math.Max(payment, 0),
                Method = "CHK",
                Date = production,
                TraceNumber = "T1",
                OriginatorId = "1123456789",
                OriginatorSupplementalId = "S1",
            },
            ProductionDate = production,
            ReceiverId = "R1",
            Payer = new("RIVER HEALTH PLAN", "H0001", [new("2U", "RHP01")]),
            Payee = new("NORTH SITE", "XX", "1234567893", [new("TJ", "123456789")]),
            Claims = claims,
            ProviderAdjustments = adjustments,
        };
    }

    private static decimal Dollars(Group group) => decimal.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@" is (?<computed>-?\d+\.\d\d), but .* is (?<said>-?\d+\.\d\d)$")]
    private static partial Regex BothSums();
}
