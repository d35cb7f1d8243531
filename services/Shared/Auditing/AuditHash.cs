using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Shared.Auditing;

/// <summary>
/// The hash of an audit entry: SHA-256 over the hash before and every field, each preceded by its length in four bytes, so that
/// no two different entries have the same bytes.
/// </summary>
internal static class AuditHash
{
    public static byte[] Of(AuditEntry entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, entry.PreviousHash);
        Append(hash, entry.NetworkId.ToByteArray(bigEndian: true));
        Append(hash, entry.Sequence);
        Append(hash, (entry.At.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond);
        Append(hash, entry.Actor);
        Append(hash, entry.ActorRole);
        Append(hash, entry.Action);
        Append(hash, entry.SubjectKind);
        Append(hash, entry.SubjectId.ToByteArray(bigEndian: true));
        Append(hash, entry.PersonId?.ToByteArray(bigEndian: true) ?? []);
        Append(hash, entry.Purpose);
        Append(hash, entry.TraceId);
        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, string text) => Append(hash, Encoding.UTF8.GetBytes(text));

    private static void Append(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        Append(hash, bytes);
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
