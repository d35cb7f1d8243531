using Platform.Shared.Messaging;

namespace Platform.Contracts.Events.Billing;

/// <summary>A claim was written into a file.</summary>
/// <param name="ClaimId">The claim; also the partition key.</param>
/// <param name="EpisodeId">The episode.</param>
/// <param name="SiteId">The site.</param>
/// <param name="PayerId">The payer.</param>
/// <param name="ChargedCents">Sum of its lines, in cents.</param>
[EventName("billing.claim-written", SchemaVersion = 1)]
public sealed record ClaimWritten(Guid ClaimId, Guid EpisodeId, Guid SiteId, Guid PayerId, long ChargedCents) : IDomainEvent;
