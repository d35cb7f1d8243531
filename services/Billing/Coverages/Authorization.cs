using Platform.Billing.Payers;
using Platform.Shared.Persistence;

namespace Platform.Billing.Coverages;

/// <summary>
/// A payer's authorization of days of care. Its units are a ledger of two numbers: a charge takes one and a charge that is looked
/// at again gives it back, by a conditional UPDATE; a CHECK keeps <see cref="Used"/> within <see cref="Units"/> whoever writes.
/// </summary>
internal sealed class Authorization : ITenantOwned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid EpisodeId { get; init; }

    /// <summary>The person whose episode it is.</summary>
    public Guid PersonId { get; init; }

    /// <summary>The site of the episode when the authorization was recorded.</summary>
    public Guid SiteId { get; init; }

    public Guid PayerId { get; init; }

    /// <summary>HCPCS code.</summary>
    public string Code { get; init; } = string.Empty;

    /// <summary>The payer's number (X12 REF*G1).</summary>
    public string Number { get; init; } = string.Empty;

    public DateOnly From { get; init; }

    public DateOnly To { get; init; }

    /// <summary>Units authorized.</summary>
    public int Units { get; init; }

    /// <summary>Units taken by charges.</summary>
    public int Used { get; init; }

    /// <summary>The days it holds on.</summary>
    public Period Period => new(From, To);
}
