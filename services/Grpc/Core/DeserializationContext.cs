using System.Buffers;

namespace Grpc.Core;

/// <summary>What a deserializer reads one message from. Valid during the call of the deserializer only.</summary>
public abstract class DeserializationContext
{
    /// <summary>The message's length in bytes.</summary>
    public abstract int PayloadLength { get; }

    /// <summary>The message copied to an array of its own.</summary>
    public abstract byte[] PayloadAsNewBuffer();

    /// <summary>The message in the transport's own buffers, without a copy.</summary>
    public abstract ReadOnlySequence<byte> PayloadAsReadOnlySequence();
}
