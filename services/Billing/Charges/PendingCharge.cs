using Platform.Shared.Persistence;

namespace Platform.Billing.Charges;

/// <summary>
/// A charge that waits to be evaluated; deleted in the transaction that does. The rows of all networks stand in one queue for the
/// <see cref="PricingWorker"/>.
/// </summary>
internal sealed class PendingCharge : IServedByWorkers
{
    public Guid ChargeId { get; init; }

    public Guid NetworkId { get; init; }

    public Guid SiteId { get; init; }

    /// <summary>Not looked at before.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>How often Enrollment did not answer.</summary>
    public int Attempts { get; set; }
}
