using System.Security.Cryptography;
using Grpc.Core;
using Platform.Billing.V1;
using Platform.Billing.X12;
using Platform.Shared.Errors;

namespace Platform.Billing.Remittances;

/// <summary>Takes a remittance file from its stream and reads it whole, before anything is posted.</summary>
internal static class RemittanceUpload
{
    private const int MaximumChunk = 64 * 1024;
    private const int MaximumFile = 32 * 1024 * 1024;

    /// <summary>Receives the header and the file.</summary>
    /// <exception cref="DomainException">INVALID_ARGUMENT: out of order, too large, or a file that is damaged or does not balance.</exception>
    public static async Task<(PostRemittanceHeader Header, ReadFile File)> ReceiveAsync(
        IAsyncStreamReader<PostRemittanceRequest> stream, CancellationToken cancellationToken)
    {
        if (!await stream.MoveNext(cancellationToken) || stream.Current.Header is not { } header)
        {
            throw DomainError.Invalid("header", "must be the first message").ToException();
        }

        using var content = new MemoryStream();
        while (await stream.MoveNext(cancellationToken))
        {
            if (stream.Current.PartCase != PostRemittanceRequest.PartOneofCase.Chunk)
            {
                throw DomainError.Invalid("chunk", "must be in every message after the first").ToException();
            }

            if (stream.Current.Chunk.Length > MaximumChunk)
            {
                throw DomainError.Invalid("chunk", "must have at most 64 KiB").ToException();
            }

            stream.Current.Chunk.WriteTo(content);
            if (content.Length > MaximumFile)
            {
                throw DomainError.Invalid("chunk", "the file is larger than 32 MiB").ToException();
            }
        }

        return (header, Read(FileName(header.FileName), content.ToArray()));
    }

    /// <summary>Reads a file; all of it balances, or none of it is taken.</summary>
    /// <exception cref="DomainException">INVALID_ARGUMENT REMITTANCE_REFUSED: names the place and both sums, and no person.</exception>
    public static ReadFile Read(string name, byte[] content)
    {
        try
        {
            using var stream = new MemoryStream(content, writable: false);
            var remittances = RemittanceReader.Read(stream).ToList();
            return remittances.Count == 0
                ? throw Refused("The file holds no remittance.").ToException()
                : new ReadFile(name, content, SHA256.HashData(content), remittances);
        }
        catch (X12Exception e)
        {
            throw Refused(e.Message).ToException();
        }
    }

    /// <summary>The last part of a path, whichever way its slashes lean.</summary>
    private static string FileName(string given)
    {
        var name = new string([.. given[(given.LastIndexOfAny(['/', '\\']) + 1)..].Where(c => !char.IsControl(c)).Take(200)]).Trim();
        return name.Length == 0 ? "remittance.835" : name;
    }

    private static DomainError Refused(string why) => new(ErrorKind.InvalidArgument, "REMITTANCE_REFUSED", why);
}
