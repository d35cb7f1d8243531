using System.Buffers;
using System.Buffers.Binary;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Net.Client.Internal;

/// <summary>One message as it goes over the wire: the five-byte prefix (compressed flag, big-endian length) and the payload,
/// in one pooled buffer that the serializer wrote straight into. Counted references decide when the buffer goes back to the
/// pool, since a retry or a slow connection may still need it after the call's other side is done.</summary>
internal sealed class OutgoingMessage : SerializationContext, IBufferWriter<byte>
{
    private const int PrefixLength = 5;
    private const int SmallestBuffer = 256;

    private readonly int _maxPayload;
    private byte[] _buffer = [];
    private int _length = PrefixLength;
    private int _references = 1;
    private bool _completed;

    private OutgoingMessage(int? maxPayload)
    {
        _maxPayload = Math.Min(maxPayload ?? int.MaxValue, Array.MaxLength - PrefixLength);
    }

    /// <summary>Prefix and payload. Valid while a reference is held.</summary>
    public ReadOnlyMemory<byte> Frame => _buffer.AsMemory(0, _length);

    /// <summary>Bytes of the frame.</summary>
    public int Length => _length;

    /// <summary>Whether the transport may wait for more before it sends this message (<see cref="WriteFlags.BufferHint"/>).</summary>
    public bool MayWait { get; private init; }

    /// <summary>Serializes a message; the caller holds the one reference.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: the message is larger than the channel sends.</exception>
    public static OutgoingMessage Serialize<T>(
        T value, Marshaller<T> marshaller, int? maxPayload, ICompressionProvider? compression, WriteOptions? options)
    {
        var flags = options?.Flags ?? default;
        var message = new OutgoingMessage(maxPayload) { MayWait = flags.HasFlag(WriteFlags.BufferHint) };
        try
        {
            marshaller.ContextualSerializer(value, message);
            if (!message._completed)
            {
                throw new InvalidOperationException("Serialization did not return a payload.");
            }

            var compress = compression is not null && !flags.HasFlag(WriteFlags.NoCompress);
            if (compress)
            {
                message.Compress(compression!);
            }

            message.WritePrefix(compress);
            return message;
        }
        catch
        {
            message.Release();
            throw;
        }
    }

    /// <summary>Takes one more reference, to be called by a holder of one.</summary>
    public void AddReference() => Interlocked.Increment(ref _references);

    /// <summary>Gives up one reference; with the last one the buffer goes back to the pool.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0 && _buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    public override void SetPayloadLength(int payloadLength)
    {
        CheckSize(payloadLength);
        Grow(PrefixLength + payloadLength);
    }

    public override IBufferWriter<byte> GetBufferWriter() => this;

    public override void Complete(byte[] payload)
    {
        SetPayloadLength(payload.Length);
        payload.CopyTo(_buffer.AsSpan(PrefixLength));
        _length = PrefixLength + payload.Length;
        _completed = true;
    }

    public override void Complete()
    {
        CheckSize(_length - PrefixLength);
        Grow(_length);
        _completed = true;
    }

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(_length + Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    private void CheckSize(int payloadLength)
    {
        if (payloadLength > _maxPayload)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, "Sending message exceeds the maximum configured message size."));
        }
    }

    private void Grow(int needed)
    {
        if (needed <= _buffer.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(Math.Max(needed, SmallestBuffer), 2L * _buffer.Length), Array.MaxLength));
        _buffer.AsSpan(0, Math.Min(_length, _buffer.Length)).CopyTo(larger);
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = larger;
    }

    private void Compress(ICompressionProvider compression)
    {
        using var packed = new MemoryStream();
        using (var packing = compression.CreateCompressionStream(packed, null))
        {
            packing.Write(_buffer, PrefixLength, _length - PrefixLength);
        }

        _length = PrefixLength;
        var size = (int)packed.Length;
        Grow(PrefixLength + size);
        packed.GetBuffer().AsSpan(0, size).CopyTo(_buffer.AsSpan(PrefixLength));
        _length += size;
    }

    private void WritePrefix(bool compressed)
    {
        _buffer[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(_buffer.AsSpan(1), (uint)(_length - PrefixLength));
    }
}
