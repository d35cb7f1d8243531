using Platform.Shared.Money;

namespace Platform.Billing.Ledger;

/// <summary>
/// A transaction of the ledger: amounts moved between accounts. It is built of moves from one account to another, so that it
/// cannot but sum to zero.
/// </summary>
/// <param name="PayerId">The payer.</param>
/// <param name="On">Day on which it counts.</param>
/// <param name="ClaimId">The claim; null for money that belongs to none.</param>
/// <param name="RemittanceId">The remittance; null for what a claim charged.</param>
internal sealed record Posting(Guid PayerId, DateOnly On, Guid? ClaimId, Guid? RemittanceId)
{
    private readonly List<Move> _moves = [];

    /// <summary>The amounts that move; none of them zero.</summary>
    public IReadOnlyList<Move> Moves => _moves;

    /// <summary>Debits one account and credits another; a negative amount is the other way round, and zero is nothing.</summary>
    public Posting Add(Account debit, Account credit, Money amount, string memo)
    {
        if (amount != Money.Zero)
        {
            _moves.Add(new Move(debit, credit, amount, memo));
        }

        return this;
    }
}

/// <summary>An amount that moves.</summary>
internal sealed record Move(Account Debit, Account Credit, Money Amount, string Memo);
