using Platform.Shared.Money;

namespace Platform.Billing.Ledger;

/// <summary>Writes transactions into the ledger.</summary>
internal static class PostingRows
{
    /// <summary>Writes a transaction: two entries for each of its moves.</summary>
    public static void WriteTo(this Posting posting, BillingDbContext db)
    {
        var transaction = db.NewId();
        foreach (var move in posting.Moves)
        {
            db.LedgerEntries.Add(Entry(db, posting, transaction, move.Debit, move.Amount, move.Memo));
            db.LedgerEntries.Add(Entry(db, posting, transaction, move.Credit, -move.Amount, move.Memo));
        }
    }

    private static LedgerEntry Entry(BillingDbContext db, Posting posting, Guid transaction, Account account, Money amount, string memo) => new()
    {
        Id = db.NewId(),
        NetworkId = db.NetworkId,
        TransactionId = transaction,
        Account = account,
        AmountCents = amount.Cents,
        On = posting.On,
        Memo = memo,
        PayerId = posting.PayerId,
        ClaimId = posting.ClaimId,
        RemittanceId = posting.RemittanceId,
        WrittenAt = db.Now,
    };
}
