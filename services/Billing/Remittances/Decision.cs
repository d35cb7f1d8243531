using Platform.Billing.Ledger;
using Platform.Billing.X12;
using Platform.Shared.Money;

namespace Platform.Billing.Remittances;

/// <summary>What a payer decided on a claim or on one of its lines. In a reversal the amounts are negative.</summary>
/// <param name="Paid">What it pays.</param>
/// <param name="Adjustments">What it does not pay, and why.</param>
internal sealed record Decision(Money Paid, IReadOnlyList<Adjustment> Adjustments)
{
    /// <summary>What is left to the patient (group PR).</summary>
    public Money Patient => Sum(Account.PatientReceivable);

    /// <summary>What nobody pays: everything that is not the patient's.</summary>
    public Money Adjusted => Sum(Account.ContractualAdjustment) + Sum(Account.OtherAdjustment);

    /// <summary>The decision on a claim: its own adjustments and those of its lines.</summary>
    public static Decision On(RemittanceClaim claim) =>
        new(new Money(claim.PaidCents), [.. claim.Adjustments, .. claim.Lines.SelectMany(line => line.Adjustments)]);

    /// <summary>The decision on a line.</summary>
    public static Decision On(RemittanceLine line) => new(new Money(line.PaidCents), line.Adjustments);

    /// <summary>
    /// Where an adjustment goes: the patient's share (PR) to what patients owe; CO-45, the charge above the fee schedule, to the
    /// contractual adjustment; every other reason of CO, OA, PI and CR to the other adjustments.
    /// </summary>
    public static Account AccountOf(Adjustment adjustment) => adjustment switch
    {
        { Group: "PR" } => Account.PatientReceivable,
        { Group: "CO", Reason: "45" } => Account.ContractualAdjustment,
        _ => Account.OtherAdjustment,
    };

    /// <summary>Moves the decision out of what the payer owes.</summary>
    /// <param name="posting">The claim's transaction.</param>
    /// <param name="memo">What the entries say before the reason.</param>
    public void PostTo(Posting posting, string memo)
    {
        posting.Add(Account.Cash, Account.Receivable, Paid, $"{memo} paid");
        foreach (var reason in Adjustments.GroupBy(a => (Account: AccountOf(a), a.Group, a.Reason)))
        {
            posting.Add(
                reason.Key.Account,
                Account.Receivable,
                reason.Select(a => new Money(a.AmountCents)).Sum(),
                $"{memo} {reason.Key.Group}-{reason.Key.Reason}");
        }
    }

    private Money Sum(Account account) =>
        Adjustments.Where(a => AccountOf(a) == account).Select(a => new Money(a.AmountCents)).Sum();
}
