namespace Platform.Billing.X12;

/// <summary>
/// The three sums of an 835 that must hold to the cent (005010X221A1, 1.10.2.1). Each says what does not balance, with both
/// sums, or nothing. AMT amounts and CLP05 take no part.
/// </summary>
internal static class RemittanceBalance
{
    /// <summary>SVC02 − CAS of the line = SVC03.</summary>
    public static string? OfLine(RemittanceLine line) => Compare(
        "line charge (SVC02)", line.ChargedCents, "its adjustments (CAS)", Sum(line.Adjustments), "the line's payment (SVC03)", line.PaidCents);

    /// <summary>CLP03 − CAS of the claim and of its lines = CLP04.</summary>
    public static string? OfClaim(RemittanceClaim claim) => Compare(
        "claim charge (CLP03)", claim.ChargedCents,
        "its adjustments (CAS of the claim and its lines)", Sum(claim.Adjustments) + claim.Lines.Sum(line => Sum(line.Adjustments)),
        "the claim's payment (CLP04)", claim.PaidCents);

    /// <summary>Σ CLP04 − Σ PLB = BPR02.</summary>
    public static string? OfPayment(Remittance remittance) => Compare(
        "claim payments (CLP04)", remittance.Claims.Sum(claim => claim.PaidCents),
        "provider adjustments (PLB)", remittance.ProviderAdjustments.Sum(adjustment => adjustment.AmountCents),
        "the payment (BPR02)", remittance.Payment.AmountCents);

    private static long Sum(IReadOnlyList<Adjustment> adjustments)
    {
        var sum = 0L;
        for (var i = 0; i < adjustments.Count; i++)
            sum += adjustments[i].AmountCents;
        return sum;
    }

    private static string? Compare(string from, long charged, string less, long adjusted, string to, long paid) =>
        charged - adjusted == paid
            ? null
            : $"does not balance: {from} {Dollars(charged)} less {less} {Dollars(adjusted)} is {Dollars(charged - adjusted)}, but {to} is {Dollars(paid)}";

    private static string Dollars(long cents) =>
        $"{(cents < 0 ? "-" : "")}{Math.Abs(cents) / 100}.{Math.Abs(cents) % 100:00}";
}
