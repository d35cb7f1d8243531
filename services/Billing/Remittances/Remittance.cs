using Platform.Shared.Money;
using Platform.Shared.Persistence;

namespace Platform.Billing.Remittances;

/// <summary>A remittance (one 835 transaction set) that was posted. A payer's trace number is posted once.</summary>
internal sealed class Remittance : ITenantOwned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid FileId { get; init; }

    public Guid PayerId { get; init; }

    /// <summary>X12 TRN02.</summary>
    public string TraceNumber { get; init; } = string.Empty;

    /// <summary>SHA-256 of what it says, envelope and control numbers left out; tells a repeat from another one.</summary>
    public byte[] Fingerprint { get; init; } = [];

    /// <summary>X12 BPR02.</summary>
    public Money Paid { get; init; }

    /// <summary>X12 BPR16.</summary>
    public DateOnly PaidOn { get; init; }

    /// <summary>Claims in it.</summary>
    public int Claims { get; init; }

    /// <summary>Of those, how many are claims of this network.</summary>
    public int Matched { get; init; }

    public DateTimeOffset PostedAt { get; init; }
}

/// <summary>A remittance file as it was received; its bytes are protected health information.</summary>
internal sealed class RemittanceFile : ITenantOwned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public byte[] Sha256 { get; init; } = [];

    /// <summary>Name without a folder, for people.</summary>
    public string Name { get; init; } = string.Empty;

    public byte[] Content { get; init; } = [];

    public DateTimeOffset PostedAt { get; init; }
}

/// <summary>What a remittance says of one claim.</summary>
internal sealed class RemittedClaim : ITenantOwned
{
    public Guid NetworkId { get; init; }

    public Guid RemittanceId { get; init; }

    /// <summary>Place in the remittance, from 1.</summary>
    public int Position { get; init; }

    /// <summary>X12 CLP01.</summary>
    public string ClaimNumber { get; init; } = string.Empty;

    /// <summary>The claim; null when the number is none of this network's.</summary>
    public Guid? ClaimId { get; init; }

    /// <summary>X12 CLP02.</summary>
    public string StatusCode { get; init; } = string.Empty;

    /// <summary>X12 CLP07: the payer's number of the claim, which a replacement would repeat.</summary>
    public string PayerControlNumber { get; init; } = string.Empty;

    public Money Charged { get; init; }

    public Money Paid { get; init; }

    public Money Patient { get; init; }

    public Money Adjusted { get; init; }
}
