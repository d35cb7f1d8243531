using System.Globalization;
using Platform.Billing.X12;

namespace Platform.Local.Demo;

/// <summary>
/// Answers a claim file as a payer would: each line is paid at nine tenths of its charge, and the rest is above the fee schedule
/// (CO-45). The answer balances to the cent.
/// </summary>
public static class PayerSimulator
{
    /// <summary>Reads an 837I file and writes the 835 that pays it.</summary>
    /// <param name="claimFile">The claim file.</param>
    /// <param name="payerCode">The payer's identifier, as on the claims.</param>
    /// <param name="now">When the payer answers.</param>
    public static byte[] Adjudicate(byte[] claimFile, string payerCode, DateTimeOffset now)
    {
        using var input = new MemoryStream(claimFile, writable: false);
        var batch = InstitutionalClaimReader.Read(input).Single();
        var claims = batch.Claims.ToList();
        var paid = claims.ConvertAll(Pay);
        var (day, time) = (DateOnly.FromDateTime(now.UtcDateTime), new TimeOnly(now.Hour, now.Minute));
        var control = (now.ToUnixTimeSeconds() % 1_000_000_000).ToString("D9", CultureInfo.InvariantCulture);
        var remittance = new Remittance
        {
            Interchange = new Interchange
            {
                SenderId = batch.Interchange.ReceiverId,
                ReceiverId = batch.Interchange.SenderId,
                Date = day,
                Time = time,
                ControlNumber = control,
            },
            Group = new FunctionalGroup
            {
                FunctionalId = "HP",
                SenderCode = batch.Group.ReceiverCode,
                ReceiverCode = batch.Group.SenderCode,
                Date = day,
                Time = time,
                ControlNumber = control.TrimStart('0'),
                Version = "005010X221A1",
            },
            ControlNumber = "0001",
            Payment = new RemittancePayment
            {
                Handling = "I",
                AmountCents = paid.Sum(c => c.PaidCents),
                Method = "ACH",
                Date = day,
                TraceNumber = $"EFT{control}",
                OriginatorId = "1999999999",
            },
            Payer = new RemittancePayer(claims[0].Payer.Name, PlanId: null, [new X12Reference("2U", payerCode)]),
            Payee = new RemittancePayee(claims[0].BillingProvider.Name, "XX", claims[0].BillingProvider.Npi, []),
            Claims = paid,
        };
        using var output = new MemoryStream();
        RemittanceWriter.Write([remittance], output, X12Delimiters.Customary, lineBreaks: true);
        return output.ToArray();
    }

    private static RemittanceClaim Pay(InstitutionalClaim claim)
    {
        var lines = claim.Lines.Select(line =>
        {
            var paid = line.ChargeCents * 9 / 10;
            return new RemittanceLine
            {
                Procedure = line.Procedure!,
                RevenueCode = line.RevenueCode,
                ChargedCents = line.ChargeCents,
                PaidCents = paid,
                UnitsPaid = line.Units,
                From = line.From,
                Through = line.Through,
                Adjustments = [new Adjustment("CO", "45", line.ChargeCents - paid)],
                LineControlNumber = line.LineControlNumber,
            };
        }).ToList();
        return new RemittanceClaim
        {
            ClaimId = claim.ClaimId,
            StatusCode = "1",
            ChargedCents = claim.TotalChargeCents,
            PaidCents = lines.Sum(l => l.PaidCents),
            FilingIndicator = claim.Subscriber.FilingIndicator,
            PayerControlNumber = $"P{claim.ClaimId}",
            FacilityType = claim.FacilityType,
            Frequency = claim.Frequency,
            Lines = lines,
        };
    }
}
