using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Writes messages to a response body. A serializer that says the length first writes straight into the pipe; only a
/// message that is compressed or of unknown length goes through a pooled buffer.</summary>
internal sealed class MessageWriter(PipeWriter body, int? maxMessageSize, CompressionLevel? compressionLevel) : SerializationContext
{
    private PooledBuffer? _buffer;
    private bool _compress;
    private bool _straight;
    private bool _completed;
    private int _payloadLength;

    /// <summary>The compressor of the response's <c>grpc-encoding</c>; null when it is identity.</summary>
    public ICompressionProvider? Compression { get; set; }

    /// <summary>Writes one message without flushing it.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: the message is larger than the server sends.</exception>
    public void Write<T>(T message, Action<T, SerializationContext> serializer, WriteFlags flags)
    {
        _compress = Compression is not null && !flags.HasFlag(WriteFlags.NoCompress);
        _straight = _completed = false;
        _payloadLength = 0;
        try
        {
            serializer(message, this);
            if (!_completed)
            {
                throw new InvalidOperationException("The serializer did not complete the message.");
            }
        }
        finally
        {
            _buffer?.Dispose();
            _buffer = null;
        }
    }

    public override void SetPayloadLength(int payloadLength)
    {
        CheckSize(payloadLength);
        _payloadLength = payloadLength;
        if (!_compress)
        {
            WritePrefix(payloadLength, compressed: false);
            _straight = true;
        }
    }

    public override IBufferWriter<byte> GetBufferWriter() => _straight ? body : _buffer ??= new PooledBuffer(_payloadLength);

    public override void Complete()
    {
        if (!_straight)
        {
            WritePayload(_buffer is null ? default : _buffer.Written.Span);
        }

        _completed = true;
    }

    public override void Complete(byte[] payload)
    {
        WritePayload(payload);
        _completed = true;
    }

    private void WritePayload(ReadOnlySpan<byte> payload)
    {
        CheckSize(payload.Length);
        if (!_compress)
        {
            WritePrefix(payload.Length, compressed: false);
            body.Write(payload);
            return;
        }

        using var packed = new PooledBuffer(payload.Length / 2);
        using (var stream = Compression!.CreateCompressionStream(packed, compressionLevel))
        {
            stream.Write(payload);
        }

        WritePrefix(packed.Count, compressed: true);
        body.Write(packed.Written.Span);
    }

    private void WritePrefix(int payloadLength, bool compressed)
    {
        var prefix = body.GetSpan(GrpcProtocol.PrefixLength);
        prefix[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(prefix[1..], (uint)payloadLength);
        body.Advance(GrpcProtocol.PrefixLength);
    }

    private void CheckSize(int payloadLength)
    {
        if (payloadLength > maxMessageSize)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, "Sending message exceeds the maximum configured message size."));
        }
    }
}
