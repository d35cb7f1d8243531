using System.Buffers;

namespace Grpc.Core;

/// <summary>Where a serializer writes one message.</summary>
public abstract class SerializationContext
{
    /// <summary>Gives the whole message as an array and completes; nothing else may be called with it.</summary>
    public abstract void Complete(byte[] payload);

    /// <summary>The writer for the message, to be followed by <see cref="Complete()" />.</summary>
    public abstract IBufferWriter<byte> GetBufferWriter();

    /// <summary>States the message's length in bytes, before the writer is asked for.</summary>
    public abstract void SetPayloadLength(int payloadLength);

    /// <summary>Completes the message written to <see cref="GetBufferWriter" />.</summary>
    public abstract void Complete();
}
