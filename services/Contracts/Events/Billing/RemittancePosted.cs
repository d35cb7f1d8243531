using Platform.Shared.Messaging;

namespace Platform.Contracts.Events.Billing;

/// <summary>A remittance was posted.</summary>
/// <param name="RemittanceId">The remittance; also the partition key.</param>
/// <param name="PayerId">The payer.</param>
/// <param name="PaidCents">Amount paid, in cents.</param>
/// <param name="Claims">Claims in it.</param>
/// <param name="Matched">Of those, how many were matched.</param>
[EventName("billing.remittance-posted", SchemaVersion = 1)]
public sealed record RemittancePosted(Guid RemittanceId, Guid PayerId, long PaidCents, int Claims, int Matched) : IDomainEvent;
