using Platform.Billing.Payers;
using Platform.Shared.Persistence;

namespace Platform.Billing.Coverages;

/// <summary>
/// A payer covers a person, who is the subscriber. A person has one coverage on any day: claims go to one payer, and none says
/// that another one pays first.
/// </summary>
internal sealed class Coverage : ITenantOwned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid PersonId { get; set; }

    public Guid PayerId { get; init; }

    /// <summary>Protected health information.</summary>
    public string MemberId { get; init; } = string.Empty;

    public DateOnly EffectiveFrom { get; init; }

    /// <summary>Last day; null when open.</summary>
    public DateOnly? EffectiveTo { get; init; }

    /// <summary>The days it holds on.</summary>
    public Period Period => new(EffectiveFrom, EffectiveTo);
}
