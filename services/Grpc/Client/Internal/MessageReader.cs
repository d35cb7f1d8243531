using System.Buffers;
using System.Buffers.Binary;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Net.Client.Internal;

/// <summary>Cuts a response body into messages. DATA frames and messages do not align: one read may end within a prefix or
/// carry several messages, so bytes are gathered in one pooled buffer.</summary>
/// <param name="body">The response body; the caller owns it.</param>
/// <param name="decompression">The decompressor of the response's <c>grpc-encoding</c>, or null for identity.</param>
/// <param name="maxMessage">The largest message, in bytes before and after decompression.</param>
internal sealed class MessageReader(Stream body, ICompressionProvider? decompression, int? maxMessage) : IDisposable
{
    private const int PrefixLength = 5;
    private const int SmallestBuffer = 4096;

    private const int Idle = 0;
    private const int Reading = 1;
    private const int Disposed = 2;

    private readonly IncomingMessage _message = new();
    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private int _state;

    /// <summary>Reads one message; false at the end of the body.</summary>
    /// <exception cref="RpcException">The bytes are not a well-formed message (INTERNAL) or too many (RESOURCE_EXHAUSTED).</exception>
    public async ValueTask<(bool Found, T? Value)> ReadAsync<T>(Marshaller<T> marshaller, CancellationToken cancellationToken)
    {
        BeginRead();
        try
        {
            if (!await FillAsync(PrefixLength, cancellationToken))
            {
                return _end == _start
                    ? (false, default)
                    : throw Failure(StatusCode.Internal, "Incomplete message header.");
            }

            var flag = _buffer[_start];
            var length = BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(_start + 1));
            if (length > (maxMessage ?? Array.MaxLength - PrefixLength))
            {
                throw TooLarge();
            }

            if (flag > 1)
            {
                throw Failure(StatusCode.Internal, "Unexpected compressed flag value in message header.");
            }

            if (flag == 1 && decompression is null)
            {
                throw Failure(StatusCode.Internal, "The response has a compressed message but names no encoding in grpc-encoding.");
            }

            if (!await FillAsync(PrefixLength + (int)length, cancellationToken))
            {
                throw Failure(StatusCode.Internal, "Incomplete message content.");
            }

            var payload = _buffer.AsMemory(_start + PrefixLength, (int)length);
            var value = flag == 1 ? Decompress(payload, marshaller) : Deserialize(payload, marshaller);
            _start += PrefixLength + (int)length;
            return (true, value);
        }
        finally
        {
            EndRead();
        }
    }

    /// <summary>Reads to the end of the body, where no further message may be.</summary>
    /// <exception cref="RpcException">INTERNAL: there is more.</exception>
    public async ValueTask ReadEndAsync(CancellationToken cancellationToken)
    {
        BeginRead();
        try
        {
            if (await FillAsync(1, cancellationToken))
            {
                throw Failure(StatusCode.Internal, "Unexpected data after finished reading message.");
            }
        }
        finally
        {
            EndRead();
        }
    }

    /// <summary>Gives the buffer back; a read under way does so itself when it ends.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _state, Disposed) == Idle)
        {
            ReturnBuffer();
        }
    }

    private void BeginRead()
    {
        if (Interlocked.CompareExchange(ref _state, Reading, Idle) != Idle)
        {
            throw new OperationCanceledException("The call is over.");
        }
    }

    private void EndRead()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Reading) == Disposed)
        {
            ReturnBuffer();
        }
    }

    private void ReturnBuffer()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    /// <summary>Has at least so many unread bytes in the buffer; false when the body ends before.</summary>
    private async ValueTask<bool> FillAsync(int needed, CancellationToken cancellationToken)
    {
        while (_end - _start < needed)
        {
            MakeRoom(needed);
            var read = await body.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }

    /// <summary>Makes room for more bytes. The buffer grows with what has arrived, not with what a prefix announces, so
    /// that an announced but never sent length costs nothing.</summary>
    private void MakeRoom(int needed)
    {
        var unread = _end - _start;
        if (_start > 0 && (unread == 0 || _start + needed > _buffer.Length))
        {
            _buffer.AsSpan(_start, unread).CopyTo(_buffer);
            (_start, _end) = (0, unread);
        }

        if (_end < _buffer.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(SmallestBuffer, 2L * _buffer.Length), Array.MaxLength));
        _buffer.AsSpan(0, _end).CopyTo(larger);
        ReturnBuffer();
        _buffer = larger;
    }

    private T Decompress<T>(ReadOnlyMemory<byte> packed, Marshaller<T> marshaller)
    {
        var unpacked = new ArrayBufferWriter<byte>(Math.Max(SmallestBuffer, packed.Length));
        try
        {
            using var source = new MemoryStream(packed.ToArray(), writable: false);
            using var unpacking = decompression!.CreateDecompressionStream(source);
            for (int read; (read = unpacking.Read(unpacked.GetSpan(SmallestBuffer))) > 0;)
            {
                unpacked.Advance(read);
                if (unpacked.WrittenCount > maxMessage)
                {
                    throw TooLarge();
                }
            }
        }
        catch (InvalidDataException exception)
        {
            throw new RpcException(new Status(StatusCode.Internal, "A compressed message is corrupt.", exception));
        }

        return Deserialize(unpacked.WrittenMemory, marshaller);
    }

    private T Deserialize<T>(ReadOnlyMemory<byte> payload, Marshaller<T> marshaller)
    {
        _message.Set(payload);
        try
        {
            return marshaller.ContextualDeserializer(_message);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw new RpcException(new Status(StatusCode.Internal, "Failed to deserialize response message.", exception));
        }
        finally
        {
            _message.Set(default);
        }
    }

    private static RpcException TooLarge() =>
        Failure(StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size.");

    private static RpcException Failure(StatusCode code, string detail) => new(new Status(code, detail));

    private sealed class IncomingMessage : DeserializationContext
    {
        private ReadOnlyMemory<byte> _payload;

        public override int PayloadLength => _payload.Length;

        public void Set(ReadOnlyMemory<byte> payload) => _payload = payload;

        public override byte[] PayloadAsNewBuffer() => _payload.ToArray();

        public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(_payload);
    }
}
