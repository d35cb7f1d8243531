namespace Platform.Shared.Auditing;

/// <summary>What is to be remembered of a read or a write of a person's record: who, what, why and when are added from the call.</summary>
/// <param name="Action">What was done, such as <c>episode.admit</c>.</param>
/// <param name="SubjectKind">Kind of the record, such as <c>episode</c>.</param>
/// <param name="SubjectId">The record.</param>
/// <param name="PersonId">The person whose record it is; null when it is nobody's.</param>
/// <param name="Purpose">Why, such as <c>PAYMENT</c>; empty when the action says it.</param>
public sealed record AuditNote(string Action, string SubjectKind, Guid SubjectId, Guid? PersonId = null, string Purpose = "");
