using System.Buffers.Binary;
using System.IO.Compression;
using Google.Protobuf;

namespace Platform.Grpc.Tests.Wire;

/// <summary>gRPC messages by hand: a compressed flag, the length, the bytes.</summary>
internal static class Message
{
    public const string UnaryPath = "/grpc.testing.TestService/UnaryCall";
    public const string EmptyPath = "/grpc.testing.TestService/EmptyCall";
    public const string InputPath = "/grpc.testing.TestService/StreamingInputCall";
    public const string OutputPath = "/grpc.testing.TestService/StreamingOutputCall";
    public const string DuplexPath = "/grpc.testing.TestService/FullDuplexCall";

    public static byte[] Of(IMessage message) => Of(message.ToByteArray());

    public static byte[] Of(byte[] payload, byte flag = 0) => [.. Prefix(payload.Length, flag), .. payload];

    public static byte[] Prefix(int length, byte flag = 0)
    {
        var prefix = new byte[5];
        prefix[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(prefix.AsSpan(1), length);
        return prefix;
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Fastest))
        {
            stream.Write(bytes);
        }

        return packed.ToArray();
    }

    public static byte[] Gunzip(byte[] bytes)
    {
        using var stream = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        stream.CopyTo(unpacked);
        return unpacked.ToArray();
    }
}
