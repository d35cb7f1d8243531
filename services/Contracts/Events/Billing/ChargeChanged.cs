using Platform.Shared.Messaging;

namespace Platform.Contracts.Events.Billing;

/// <summary>A charge was made or moved on.</summary>
/// <param name="ChargeId">The charge; also the partition key.</param>
/// <param name="Version">Version of the charge.</param>
/// <param name="ServiceDayId">The service day it was made from.</param>
/// <param name="EpisodeId">The episode.</param>
/// <param name="SiteId">The site.</param>
/// <param name="On">Site-local day.</param>
/// <param name="Status">Status code: HELD, READY, CLAIMED, PAID, DENIED or NOT_BILLABLE.</param>
/// <param name="AmountCents">Amount in cents.</param>
/// <param name="Holds">Hold codes; empty unless held.</param>
[EventName("billing.charge-changed", SchemaVersion = 1)]
public sealed record ChargeChanged(
    Guid ChargeId, long Version, Guid ServiceDayId, Guid EpisodeId, Guid SiteId, DateOnly On, string Status, long AmountCents,
    IReadOnlyList<string> Holds) : IDomainEvent;
