using Platform.Shared.Messaging;

namespace Platform.Contracts.Events.Enrollment;

/// <summary>Two records were found to be of one person. What is kept under the merged id belongs to the kept one from now on.</summary>
/// <param name="KeptId">The record that stays; also the partition key.</param>
/// <param name="MergedId">The record that is an alias now.</param>
[EventName("enrollment.persons-merged", SchemaVersion = 1)]
public sealed record PersonsMerged(Guid KeptId, Guid MergedId) : IDomainEvent;
