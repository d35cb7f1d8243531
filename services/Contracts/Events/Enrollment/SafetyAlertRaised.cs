using Platform.Shared.Messaging;

namespace Platform.Contracts.Events.Enrollment;

/// <summary>
/// A site has to look after somebody at once; who and why is asked of Enrollment by the alert's id. Told to the site
/// where it was found, to another that has the person in care, and to one to which the person comes while nobody has acted on it.
/// </summary>
/// <param name="AlertId">The alert; also the partition key.</param>
/// <param name="SiteId">The site.</param>
/// <param name="Severity">ASSESS, LOW, MODERATE or HIGH.</param>
[EventName("enrollment.safety-alert-raised", SchemaVersion = 1)]
public sealed record SafetyAlertRaised(Guid AlertId, Guid SiteId, string Severity) : IDomainEvent;
