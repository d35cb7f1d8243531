using System.Buffers.Text;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Turns HTTP fields into metadata and back.</summary>
internal static class MetadataHeaders
{
    /// <summary>The request's metadata, without the fields that belong to HTTP or to the protocol.</summary>
    /// <exception cref="RpcException">INTERNAL: a <c>-bin</c> field is not base64.</exception>
    public static Metadata Read(IHeaderDictionary fields)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in fields)
        {
            var key = LowerCase(name);
            if (BelongsToProtocol(key))
            {
                continue;
            }

            foreach (var value in values)
            {
                if (key.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.Ordinal))
                {
                    ReadBinary(metadata, key, value ?? "");
                }
                else
                {
                    metadata.Add(Metadata.Entry.FromWire(key, value ?? ""));
                }
            }
        }

        return metadata;
    }

    /// <summary>Adds metadata to fields; bytes are sent as base64 without padding.</summary>
    public static void Write(Metadata metadata, IHeaderDictionary fields)
    {
        foreach (var entry in metadata)
        {
            var value = entry.IsBinary ? Convert.ToBase64String(entry.BinaryValue).TrimEnd('=') : entry.Value;
            fields[entry.Key] = fields.TryGetValue(entry.Key, out var present) ? StringValues.Concat(present, value) : value;
        }
    }

    private static bool BelongsToProtocol(string key) =>
        key.StartsWith(':') ||
        key is GrpcProtocol.EncodingHeader or GrpcProtocol.AcceptEncodingHeader or GrpcProtocol.TimeoutHeader
            or "content-type" or "te" or "host" or "accept-encoding";

    // A field may hold several values with commas between them, each in base64, padded or not.
    private static void ReadBinary(Metadata metadata, string key, string field)
    {
        foreach (var range in field.AsSpan().Split(','))
        {
            metadata.Add(Metadata.Entry.FromWire(key, Decode(field.AsSpan()[range].Trim(), key)));
        }
    }

    private static byte[] Decode(ReadOnlySpan<char> base64, string key)
    {
        var digits = base64.TrimEnd('=');
        Span<char> padded = digits.Length <= 256 ? stackalloc char[260] : new char[digits.Length + 4];
        digits.CopyTo(padded);
        var length = (digits.Length + 3) / 4 * 4;
        padded[digits.Length..length].Fill('=');
        padded = padded[..length];

        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(length)];
        return base64.Length - digits.Length <= 2 && Convert.TryFromBase64Chars(padded, bytes, out var written)
            ? written == bytes.Length ? bytes : bytes[..written]
            : throw new RpcException(new Status(StatusCode.Internal, $"The value of the binary header '{key}' is not base64."));
    }

    // Fields of HTTP/2 are in lower case on the wire, but those that Kestrel knows are given by their names in HTTP/1.1.
    private static string LowerCase(string name)
    {
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c))
            {
#pragma warning disable CA1308 // metadata keys are in lower case
                return name.ToLowerInvariant();
#pragma warning restore CA1308
            }
        }

        return name;
    }
}
