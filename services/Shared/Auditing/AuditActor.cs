namespace Platform.Shared.Auditing;

/// <summary>Who is audited.</summary>
/// <param name="Subject">Subject of the token, or the name of the consumer that handles an event.</param>
/// <param name="Role">Role, as tokens write it.</param>
/// <param name="TraceId">W3C trace id of the call; empty when there is none.</param>
public sealed record AuditActor(string Subject, string Role, string TraceId);
