using Platform.Shared.Persistence;

namespace Platform.Billing.Ledger;

/// <summary>A line of the ledger. Never changed and never deleted: what was wrong is taken back by another transaction.</summary>
internal sealed class LedgerEntry : ITenantOwned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    /// <summary>The transaction; its entries sum to zero.</summary>
    public Guid TransactionId { get; init; }

    public Account Account { get; init; }

    /// <summary>Debit (positive) or credit (negative), in cents.</summary>
    public long AmountCents { get; init; }

    /// <summary>Day on which it counts.</summary>
    public DateOnly On { get; init; }

    /// <summary>What it is, in words; names no person.</summary>
    public string Memo { get; init; } = string.Empty;

    public Guid PayerId { get; init; }

    /// <summary>The claim; null for money that belongs to none.</summary>
    public Guid? ClaimId { get; init; }

    /// <summary>The remittance; null for what a claim charged.</summary>
    public Guid? RemittanceId { get; init; }

    public DateTimeOffset WrittenAt { get; init; }
}
