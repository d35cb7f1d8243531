using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Shared.Auditing;

/// <summary>
/// The hash of an audit entry: SHA-256 over the hash before and every field, each preceded by its length in four bytes, so that
/// no two different entries have the same bytes. In parts, because PostgreSQL puts in what only it knows when it appends: the hash
/// before and the sequence.
/// </summary>
internal static class AuditHash
{
    /// <summary>Bytes of a hash.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    /// <summary>The bytes before the hash before.</summary>
    public static byte[] BeforePrevious { get; } = Length(Size);

    public static byte[] Of(AuditEntry entry)
    {
        Span<byte> sequence = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(sequence, entry.Sequence);
        return SHA256.HashData(
            [.. BeforePrevious, .. entry.PreviousHash, .. BeforeSequence(entry.NetworkId), .. sequence, .. AfterSequence(entry)]);
    }

    /// <summary>The bytes between the hash before and the sequence.</summary>
    public static byte[] BeforeSequence(Guid networkId)
    {
        var network = networkId.ToByteArray(bigEndian: true);
        return [.. Length(network.Length), .. network, .. Length(sizeof(long))];
    }

    /// <summary>The bytes after the sequence.</summary>
    public static byte[] AfterSequence(AuditEntry entry)
    {
        var at = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(at, (entry.At.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond);
        byte[][] fields =
        [
            at,
            Encoding.UTF8.GetBytes(entry.Actor),
            Encoding.UTF8.GetBytes(entry.ActorRole),
            Encoding.UTF8.GetBytes(entry.Action),
            Encoding.UTF8.GetBytes(entry.SubjectKind),
            entry.SubjectId.ToByteArray(bigEndian: true),
            entry.PersonId?.ToByteArray(bigEndian: true) ?? [],
            Encoding.UTF8.GetBytes(entry.Purpose),
            Encoding.UTF8.GetBytes(entry.TraceId),
        ];
        return [.. fields.SelectMany(field => (IEnumerable<byte>)[.. Length(field.Length), .. field])];
    }

    private static byte[] Length(int length)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        return bytes;
    }
}
