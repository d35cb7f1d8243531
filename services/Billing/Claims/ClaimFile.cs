using Platform.Shared.Persistence;

namespace Platform.Billing.Claims;

/// <summary>A claim file (837I) as it was written; its bytes are protected health information.</summary>
internal sealed class ClaimFile : ITenantOwned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid SiteId { get; init; }

    public Guid PayerId { get; init; }

    /// <summary>Interchange control number (X12 ISA13).</summary>
    public int ControlNumber { get; init; }

    public byte[] Content { get; init; } = [];

    public DateTimeOffset WrittenAt { get; init; }
}
