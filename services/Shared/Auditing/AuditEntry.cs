using Platform.Shared.Persistence;

namespace Platform.Shared.Auditing;

/// <summary>A link of a network's audit chain. Append-only: the application role may insert and read, and nothing else.</summary>
internal sealed class AuditEntry : ITenantOwned
{
    public Guid NetworkId { get; init; }

    /// <summary>From 1, without a gap.</summary>
    public long Sequence { get; private set; }

    public DateTimeOffset At { get; init; }

    public string Actor { get; init; } = string.Empty;

    public string ActorRole { get; init; } = string.Empty;

    public string Action { get; init; } = string.Empty;

    public string SubjectKind { get; init; } = string.Empty;

    public Guid SubjectId { get; init; }

    public Guid? PersonId { get; init; }

    public string Purpose { get; init; } = string.Empty;

    /// <summary>W3C trace id of the call; empty when there is none.</summary>
    public string TraceId { get; init; } = string.Empty;

    /// <summary>Hash of the entry before; 32 zero bytes for the first.</summary>
    public byte[] PreviousHash { get; private set; } = [];

    /// <summary>SHA-256 over the length-prefixed fields above.</summary>
    public byte[] Hash { get; private set; } = [];

    /// <summary>Makes this entry follow another one.</summary>
    public void Link(long sequence, byte[] previousHash)
    {
        (Sequence, PreviousHash) = (sequence, previousHash);
        Hash = AuditHash.Of(this);
    }
}

/// <summary>The end of a network's audit chain; locked while entries are appended.</summary>
internal sealed class AuditHead : IServedByWorkers
{
    public Guid NetworkId { get; init; }

    public long Sequence { get; set; }

    public byte[] Hash { get; set; } = new byte[32];
}
