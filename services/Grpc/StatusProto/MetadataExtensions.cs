using Google.Protobuf;

namespace Grpc.Core;

/// <summary>A <see cref="Google.Rpc.Status" /> in trailers.</summary>
public static class MetadataExtensions
{
    /// <summary>The trailer that carries the status.</summary>
    public const string StatusDetailsTrailerName = "grpc-status-details-bin";

    /// <summary>The status in the metadata, the last one if there are several; null when there is none.</summary>
    /// <exception cref="InvalidProtocolBufferException">The trailer does not parse, unless that is to be ignored.</exception>
    public static Google.Rpc.Status? GetRpcStatus(this Metadata metadata, bool ignoreParseError = false)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        if (metadata.Get(StatusDetailsTrailerName) is not { } entry)
        {
            return null;
        }

        try
        {
            return Google.Rpc.Status.Parser.ParseFrom(entry.ValueBytes);
        }
        catch (InvalidProtocolBufferException) when (ignoreParseError)
        {
            return null;
        }
    }
}
