using Platform.Shared.Persistence;

namespace Platform.Shared.Requests;

/// <summary>A mutating request that was answered (AIP-155): a repeat gets the same answer.</summary>
internal sealed class HandledRequest : IServedByWorkers
{
    public Guid NetworkId { get; init; }

    public Guid RequestId { get; init; }

    public string Method { get; init; } = string.Empty;

    /// <summary>SHA-256 over method, subject and request.</summary>
    public byte[] Fingerprint { get; init; } = [];

    /// <summary>The answer, as protobuf; null until the transaction commits.</summary>
    public byte[]? Response { get; set; }

    public DateTimeOffset HandledAt { get; init; }
}
