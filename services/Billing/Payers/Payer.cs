using Platform.Shared.Persistence;

namespace Platform.Billing.Payers;

/// <summary>Someone who pays for care.</summary>
internal sealed class Payer : ITenantOwned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    /// <summary>Name, as on claims.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>The payer's identifier for electronic claims (X12 NM109 with qualifier PI); registered once in a network.</summary>
    public string PayerCode { get; init; } = string.Empty;

    /// <summary>Electronic receiver of its claim files (X12 ISA08 and GS03).</summary>
    public string ReceiverId { get; init; } = string.Empty;

    /// <summary>Claim filing indicator (X12 SBR09).</summary>
    public string FilingIndicator { get; init; } = string.Empty;
}
