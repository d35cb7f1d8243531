using System.IO.Compression;

namespace Grpc.Net.Compression;

/// <summary>An encoding of messages.</summary>
public interface ICompressionProvider
{
    /// <summary>Its name in <c>grpc-encoding</c> and <c>grpc-accept-encoding</c>.</summary>
    string EncodingName { get; }

    /// <summary>A stream that compresses what is written to it into the stream given, which stays open.</summary>
    Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel);

    /// <summary>A stream that decompresses the stream given.</summary>
    Stream CreateDecompressionStream(Stream stream);
}
