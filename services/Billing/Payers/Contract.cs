using Platform.Shared.Money;
using Platform.Shared.Persistence;

namespace Platform.Billing.Payers;

/// <summary>
/// A per-diem contract: what a payer pays for a day with a code, from a first to a last day. Two contracts with a payer for a code
/// never hold on the same day.
/// </summary>
internal sealed class Contract : ITenantOwned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid PayerId { get; init; }

    /// <summary>HCPCS code billed for a day.</summary>
    public string Code { get; init; } = string.Empty;

    /// <summary>Rate for a day.</summary>
    public Money Rate { get; init; }

    /// <summary>Revenue code (X12 SV201).</summary>
    public string RevenueCode { get; init; } = string.Empty;

    /// <summary>At most four, in the order in which claims carry them.</summary>
    public IReadOnlyList<string> Modifiers { get; init; } = [];

    public DateOnly EffectiveFrom { get; init; }

    /// <summary>Last day; null when open.</summary>
    public DateOnly? EffectiveTo { get; init; }

    public bool AuthorizationRequired { get; init; }

    /// <summary>Days after service within which a claim must be filed; 0 when the contract sets none.</summary>
    public int TimelyFilingDays { get; init; }

    /// <summary>The days it holds on.</summary>
    public Period Period => new(EffectiveFrom, EffectiveTo);

    /// <summary>Whether a claim for a day can no longer be filed.</summary>
    public bool FilingHasLapsed(DateOnly serviceDay, DateOnly today) =>
        TimelyFilingDays > 0 && serviceDay.AddDays(TimelyFilingDays) < today;
}
