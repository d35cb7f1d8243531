using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Microsoft.EntityFrameworkCore;
using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Shared.Requests;

/// <summary>
/// Remembers answered requests in the transaction that answers them. Of two that come at once, the second waits on the first one's
/// row and then gets its answer.
/// </summary>
internal static class RequestLog
{
    public static byte[] Fingerprint(string method, string subject, IMessage request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(method));
        hash.AppendData([0]);
        hash.AppendData(Encoding.UTF8.GetBytes(subject));
        hash.AppendData([0]);
        hash.AppendData(request.ToByteArray());
        return hash.GetHashAndReset();
    }

    /// <summary>Notes the request; writes a row when it is the first one with its id.</summary>
    public static FormattableString Note(ServiceDbContext db, Guid requestId, string method, byte[] fingerprint) =>
        $"""
         INSERT INTO handled_request (network_id, request_id, method, fingerprint, handled_at)
         VALUES ({db.NetworkId}, {requestId}, {method}, {fingerprint}, {db.Stored(db.Now)}) ON CONFLICT DO NOTHING
         """;

    /// <summary>Keeps the answer.</summary>
    public static FormattableString Answer(ServiceDbContext db, Guid requestId, byte[] answer) =>
        $"UPDATE handled_request SET response = {answer} WHERE network_id = {db.NetworkId} AND request_id = {requestId}";

    /// <summary>The answer that the request was given; null when it was not answered yet, which may just be happening.</summary>
    public static async Task<byte[]?> FindAnswerAsync(
        ServiceDbContext db, Guid requestId, byte[] fingerprint, CancellationToken cancellationToken) =>
        await db.HandledRequests.SingleOrDefaultAsync(r => r.RequestId == requestId, cancellationToken) is { } entry
            ? AnswerOf(entry, fingerprint)
            : null;

    private static byte[] AnswerOf(HandledRequest entry, byte[] fingerprint) =>
        entry.Fingerprint.AsSpan().SequenceEqual(fingerprint) && entry.Response is not null
            ? entry.Response
            : throw DomainError.RequestIdReused.ToException();
}
