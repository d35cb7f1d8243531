using Platform.Billing.X12;
using Claim = Platform.Billing.V1.Claim;

namespace Platform.Billing.Tests.Support;

/// <summary>835 files as payers send them.</summary>
internal static class Remit
{
    private static int trace;

    public static string NextTrace() => $"T{Interlocked.Increment(ref trace):D8}";

    /// <summary>A remittance that balances.</summary>
    public static Remittance Of(string payerCode, IReadOnlyList<RemittanceClaim> claims, string? traceNumber = null, params ProviderAdjustment[] adjustments)
    {
        var number = traceNumber ?? NextTrace();
        return new Remittance
        {
            Interchange = new Interchange
            {
                SenderId = "NWHEALTH", ReceiverId = "IOPTEST", Date = new DateOnly(2026, 4, 1), Time = new TimeOnly(8, 0), ControlNumber = "000000001",
            },
            Group = new FunctionalGroup
            {
                FunctionalId = "HP",
                SenderCode = "NWHEALTH",
                ReceiverCode = "IOPTEST",
                Date = new DateOnly(2026, 4, 1),
                Time = new TimeOnly(8, 0),
                ControlNumber = "1",
                Version = "005010X221A1",
            },
            ControlNumber = "0001",
            Payment = new RemittancePayment
            {
                Handling = "I",
                AmountCents = claims.Sum(claim => claim.PaidCents) - adjustments.Sum(adjustment => adjustment.AmountCents),
                Method = "ACH",
                Date = new DateOnly(2026, 4, 1),
                TraceNumber = number,
                OriginatorId = "1751234567",
            },
            Payer = new RemittancePayer("Northwind Health", null, [new X12Reference("2U", payerCode)]),
            Payee = new RemittancePayee("Cedar House", "XX", "1234567893", []),
            Claims = claims,
            ProviderAdjustments = adjustments,
        };
    }

    /// <summary>A decision on the whole claim: paid, and what is not with its reasons.</summary>
    public static RemittanceClaim On(Claim claim, params Adjustment[] adjustments) =>
        On(claim.Number, claim.ChargedCents, adjustments);

    /// <inheritdoc cref="On(Claim, Adjustment[])"/>
    public static RemittanceClaim On(string number, long charged, params Adjustment[] adjustments)
    {
        var paid = charged - adjustments.Sum(adjustment => adjustment.AmountCents);
        return new RemittanceClaim
        {
            ClaimId = number,
            StatusCode = charged < 0 ? "22" : paid == 0 ? "4" : "1",
            ChargedCents = charged,
            PaidCents = paid,
            FilingIndicator = "12",
            PayerControlNumber = "ICN1",
            Adjustments = adjustments,
        };
    }

    /// <summary>The opposite of a decision.</summary>
    public static RemittanceClaim Reversal(RemittanceClaim claim) => claim with
    {
        StatusCode = "22",
        ChargedCents = -claim.ChargedCents,
        PaidCents = -claim.PaidCents,
        Adjustments = [.. claim.Adjustments.Select(adjustment => adjustment with { AmountCents = -adjustment.AmountCents })],
        Lines =
        [
            .. claim.Lines.Select(line => line with
            {
                ChargedCents = -line.ChargedCents,
                PaidCents = -line.PaidCents,
                Adjustments = [.. line.Adjustments.Select(adjustment => adjustment with { AmountCents = -adjustment.AmountCents })],
            }),
        ],
    };

    public static byte[] ToFile(params Remittance[] remittances)
    {
        using var content = new MemoryStream();
        RemittanceWriter.Write(
            [.. remittances.Select((remittance, i) => remittance with { ControlNumber = $"{i + 1:D4}" })], content, X12Delimiters.Customary, lineBreaks: true);
        return content.ToArray();
    }
}
