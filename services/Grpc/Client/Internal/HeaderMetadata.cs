using System.Net.Http.Headers;
using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>Turns HTTP header fields into metadata and back.</summary>
internal static class HeaderMetadata
{
    /// <summary>The request header that an invoker asks for compression with; it is not sent.</summary>
    public const string CompressionRequest = "grpc-internal-encoding-request";

    /// <summary>Metadata of the fields, without those that the protocol itself uses.</summary>
    public static Metadata Read(HttpHeaders fields)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in fields.NonValidated)
        {
            // Entries are kept by the names that gRPC allows; anything else is between HTTP peers.
            var key = name.ToLowerInvariant();
            if (IsProtocol(key))
            {
                continue;
            }

            foreach (var value in values)
            {
                if (key.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.Ordinal))
                {
                    AddBinary(metadata, key, value);
                }
                else
                {
                    metadata.Add(Metadata.Entry.FromWire(key, value));
                }
            }
        }

        return metadata;
    }

    /// <summary>Adds the caller's metadata to a request.</summary>
    public static void Write(Metadata metadata, HttpRequestHeaders fields)
    {
        foreach (var entry in metadata)
        {
            if (entry.Key is CompressionRequest or "te" or "content-type" or "grpc-timeout" or "grpc-encoding" or "grpc-accept-encoding")
            {
                continue;
            }

            if (entry.Key == "user-agent")
            {
                fields.Remove(entry.Key);
            }

            fields.TryAddWithoutValidation(entry.Key, entry.IsBinary ? Convert.ToBase64String(entry.BinaryValue).TrimEnd('=') : entry.Value);
        }
    }

    /// <summary>One field's value, or null; of a repeated field, the first.</summary>
    public static string? Value(HttpHeaders fields, string name)
    {
        if (fields.NonValidated.TryGetValues(name, out var values))
        {
            foreach (var value in values)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>A binary field holds values joined with commas, each in base64 with or without padding; one that cannot be
    /// decoded is left out.</summary>
    private static void AddBinary(Metadata metadata, string key, string field)
    {
        foreach (var part in field.Split(',', StringSplitOptions.TrimEntries))
        {
            var padded = part.PadRight((part.Length + 3) / 4 * 4, '=');
            var bytes = new byte[padded.Length / 4 * 3];
            if (Convert.TryFromBase64String(padded, bytes, out var length))
            {
                metadata.Add(Metadata.Entry.FromWire(key, bytes[..length]));
            }
        }
    }

    private static bool IsProtocol(string key) =>
        key.Length == 0 || key[0] == ':' || key is "grpc-status" or "grpc-message" or "grpc-encoding" or "grpc-accept-encoding";
}
