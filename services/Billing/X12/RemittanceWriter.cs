using System.Text;

namespace Platform.Billing.X12;

/// <summary>
/// Writes 835 files (005010X221A1), as a payer does: for a payer's simulator and to prove the reader. It writes what
/// <see cref="Remittance"/> holds and refuses what does not balance. Remarks on a claim as a whole are written in MOA, the
/// outpatient form, which has room for five.
/// </summary>
public static class RemittanceWriter
{
    private const int AdjustmentsPerCas = 6;

    /// <summary>Writes remittances into one interchange with one group, which the first of them names.</summary>
    /// <param name="remittances">At least one, each with its own ST02.</param>
    /// <param name="stream">Takes the file as ASCII; it stays open. After an error it holds part of a file: discard it.</param>
    /// <param name="delimiters">The separators; none of them may occur in a value.</param>
    /// <param name="lineBreaks">Whether a line break follows each segment, for people to read.</param>
    /// <exception cref="X12Exception">A remittance does not balance or a value cannot be written.</exception>
    public static void Write(IReadOnlyList<Remittance> remittances, Stream stream, X12Delimiters delimiters, bool lineBreaks = false)
    {
        if (remittances.Count == 0)
            throw X12Exception.Of("A remittance file has at least one remittance.");
        using var text = new StreamWriter(stream, Encoding.ASCII, leaveOpen: true);
        var writer = new X12Writer(text, delimiters, lineBreaks);
        writer.Open(remittances[0].Interchange, remittances[0].Group);
        foreach (var remittance in remittances)
            WriteSet(writer, remittance);
        writer.Close();
    }

    private static void WriteSet(X12Writer writer, Remittance remittance)
    {
        Balance(remittance);
        writer.OpenSet("835", remittance.ControlNumber, null);
        WriteHeader(writer, remittance);
        writer.Loop = "1000A";
        writer.Segment("N1", "PR", remittance.Payer.Name, remittance.Payer.PlanId is null ? null : "XV", remittance.Payer.PlanId);
        WriteReferences(writer, remittance.Payer.References);
        writer.Loop = "1000B";
        writer.Segment("N1", "PE", remittance.Payee.Name, remittance.Payee.IdQualifier, remittance.Payee.Id);
        WriteReferences(writer, remittance.Payee.References);
        if (remittance.Claims.Count > 0)
            writer.Segment("LX", "1");
        foreach (var claim in remittance.Claims)
            WriteClaim(writer, claim);
        writer.Loop = "Summary";
        foreach (var adjustment in remittance.ProviderAdjustments)
        {
            writer.Segment("PLB", adjustment.ProviderId, X12Writer.Date(adjustment.FiscalPeriodEnd),
                X12Value.Of(adjustment.ReasonCode, adjustment.ReferenceId), X12Number.WriteCents(adjustment.AmountCents));
        }
        writer.CloseSet();
    }

    private static void WriteHeader(X12Writer writer, Remittance remittance)
    {
        var payment = remittance.Payment;
        writer.Loop = "Header";
        writer.Segment("BPR", payment.Handling, X12Number.WriteCents(payment.AmountCents), payment.CreditOrDebit, payment.Method,
            null, null, null, null, null, null, null, null, null, null, null, X12Writer.Date(payment.Date));
        writer.Segment("TRN", "1", payment.TraceNumber, payment.OriginatorId, payment.OriginatorSupplementalId);
        if (remittance.ReceiverId is { } receiver)
            writer.Segment("REF", "EV", receiver);
        WriteDate(writer, "405", remittance.ProductionDate);
    }

    private static void WriteClaim(X12Writer writer, RemittanceClaim claim)
    {
        writer.Loop = "2100";
        writer.Segment("CLP", claim.ClaimId, claim.StatusCode, X12Number.WriteCents(claim.ChargedCents), X12Number.WriteCents(claim.PaidCents),
            claim.PatientResponsibilityCents is { } share ? X12Number.WriteCents(share) : null,
            claim.FilingIndicator, claim.PayerControlNumber, claim.FacilityType, claim.Frequency);
        WriteAdjustments(writer, claim.Adjustments);
        if (claim.Patient is not null || claim.MemberId is not null)
        {
            writer.Segment("NM1", "QC", "1", claim.Patient?.Last, claim.Patient?.First, claim.Patient?.Middle, null, claim.Patient?.Suffix,
                claim.MemberId is null ? null : "MI", claim.MemberId);
        }
        if (claim.RemarkCodes.Count > 5)
            throw X12Exception.Of($"Claim {claim.ClaimId}: MOA has room for five remark codes.");
        if (claim.RemarkCodes.Count > 0)
            writer.Segment("MOA", [null, null, .. claim.RemarkCodes.Select(code => (X12Value)code)]);
        WriteReferences(writer, claim.References);
        WriteDate(writer, "232", claim.From);
        WriteDate(writer, "233", claim.Through);
        WriteAmounts(writer, claim.Amounts);
        foreach (var line in claim.Lines)
            WriteLine(writer, line);
    }

    private static void WriteLine(X12Writer writer, RemittanceLine line)
    {
        writer.Loop = "2110";
        writer.Segment("SVC", X12Value.Of(line.Procedure), X12Number.WriteCents(line.ChargedCents), X12Number.WriteCents(line.PaidCents), line.RevenueCode,
            X12Number.WriteQuantity(line.UnitsPaid), line.BilledProcedure is { } billed ? X12Value.Of(billed) : null,
            line.UnitsBilled is { } units ? X12Number.WriteQuantity(units) : null);
        if (line.From == line.Through)
            WriteDate(writer, "472", line.From);
        else
        {
            WriteDate(writer, "150", line.From);
            WriteDate(writer, "151", line.Through);
        }
        WriteAdjustments(writer, line.Adjustments);
        if (line.LineControlNumber is { } control)
            writer.Segment("REF", "6R", control);
        WriteReferences(writer, line.References);
        WriteAmounts(writer, line.Amounts);
        foreach (var remark in line.RemarkCodes)
            writer.Segment("LQ", "HE", remark);
    }

    // Neighbours with the same group code share a CAS, up to six.
    private static void WriteAdjustments(X12Writer writer, IReadOnlyList<Adjustment> adjustments)
    {
        for (var i = 0; i < adjustments.Count;)
        {
            var group = adjustments[i].Group;
            List<X12Value> elements = [group];
            for (var n = 0; n < AdjustmentsPerCas && i < adjustments.Count && adjustments[i].Group == group; n++, i++)
            {
                elements.Add(adjustments[i].Reason);
                elements.Add(X12Number.WriteCents(adjustments[i].AmountCents));
                elements.Add(adjustments[i].Quantity is { } quantity ? X12Number.WriteQuantity(quantity) : null);
            }
            writer.Segment("CAS", [.. elements]);
        }
    }

    private static void WriteReferences(X12Writer writer, IReadOnlyList<X12Reference> references)
    {
        foreach (var reference in references)
            writer.Segment("REF", reference.Qualifier, reference.Value);
    }

    private static void WriteAmounts(X12Writer writer, IReadOnlyList<SupplementalAmount> amounts)
    {
        foreach (var amount in amounts)
            writer.Segment("AMT", amount.Qualifier, X12Number.WriteCents(amount.AmountCents));
    }

    private static void WriteDate(X12Writer writer, string qualifier, DateOnly? date)
    {
        if (date is { } day)
            writer.Segment("DTM", qualifier, X12Writer.Date(day));
    }

    private static void Balance(Remittance remittance)
    {
        foreach (var claim in remittance.Claims)
        {
            for (var i = 0; i < claim.Lines.Count; i++)
            {
                if (RemittanceBalance.OfLine(claim.Lines[i]) is { } line)
                    throw X12Exception.Of($"Claim {claim.ClaimId}, line {i + 1}: {line}");
            }
            if (RemittanceBalance.OfClaim(claim) is { } problem)
                throw X12Exception.Of($"Claim {claim.ClaimId}: {problem}");
        }
        if (RemittanceBalance.OfPayment(remittance) is { } payment)
            throw X12Exception.Of($"Transaction set {remittance.ControlNumber}: {payment}");
    }
}
