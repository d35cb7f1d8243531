using Platform.Shared.Messaging;

namespace Platform.Contracts.Events.Enrollment;

/// <summary>
/// A person revoked a consent. Whoever is about to disclose something asks Enrollment first and so obeys at once; the event is for
/// what waits.
/// </summary>
/// <param name="ConsentId">The consent.</param>
/// <param name="PersonId">The person, by id alone; also the partition key.</param>
/// <param name="Purposes">What it was for: <c>TREATMENT</c>, <c>PAYMENT</c>, <c>OPERATIONS</c>, <c>LEGAL_PROCEEDINGS</c>, <c>PATIENT_REQUEST</c>.</param>
/// <param name="Uncovered">Those of them for which nothing else of the person, neither a consent nor a rule, allows disclosure now.</param>
/// <param name="RevokedAt">When.</param>
[EventName("enrollment.consent-revoked", SchemaVersion = 1)]
public sealed record ConsentRevoked(
    Guid ConsentId, Guid PersonId, IReadOnlyList<string> Purposes, IReadOnlyList<string> Uncovered, DateTimeOffset RevokedAt)
    : IDomainEvent;
