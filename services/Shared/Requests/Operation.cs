using Platform.Shared.Auditing;
using Platform.Shared.Persistence;
using Platform.Shared.Security;

namespace Platform.Shared.Requests;

/// <summary>One RPC at work in its transaction.</summary>
/// <typeparam name="TDb">The service's store.</typeparam>
/// <param name="Db">The store, inside the transaction and the caller's network.</param>
/// <param name="Caller">Who calls.</param>
/// <param name="CancellationToken">Ends when the caller goes away or the deadline passes.</param>
public sealed record Operation<TDb>(TDb Db, Caller Caller, CancellationToken CancellationToken)
    where TDb : ServiceDbContext
{
    /// <summary>When the transaction began.</summary>
    public DateTimeOffset Now => Db.Now;

    /// <summary>Leaves an audit row.</summary>
    /// <inheritdoc cref="AuditNote"/>
    public void Audit(string action, string subjectKind, Guid subjectId, Guid? personId = null, string purpose = "") =>
        Db.Audit(new AuditNote(action, subjectKind, subjectId, personId, purpose));
}
