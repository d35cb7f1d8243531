using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Net.Compression;
using Microsoft.AspNetCore.Connections;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Cuts a request body into messages. DATA frames and messages need not align, so a message is parsed where it lies
/// in the pipe as soon as the pipe holds the whole of it.</summary>
internal sealed class MessageReader(PipeReader body, int? maxMessageSize)
{
    private const int DecompressionStep = 4096;

    private readonly SequenceDeserializationContext _context = new();

    /// <summary>The decompressor of the request's <c>grpc-encoding</c>; null when it is identity.</summary>
    public ICompressionProvider? Decompression { get; set; }

    /// <summary>Whether the request has been read to its end: its sender has nothing more to send.</summary>
    public bool ReachedEnd { get; private set; }

    /// <summary>Reads the one message of a request and sees that nothing follows it.</summary>
    /// <exception cref="RpcException">INTERNAL: there is no message, less than one or more than one.</exception>
    public async ValueTask<T> ReadSingleAsync<T>(Func<DeserializationContext, T> deserializer, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await TakeSingleAsync(deserializer, cancellationToken);
        }
        catch (IOException exception) when (exception is not ConnectionResetException)
        {
            throw Reset(exception);
        }
    }

    /// <summary>Reads the next message of a stream; null at its end.</summary>
    /// <exception cref="RpcException">INTERNAL: the stream ends within a message.</exception>
    public async ValueTask<T?> ReadNextAsync<T>(Func<DeserializationContext, T> deserializer, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await TakeNextAsync(deserializer, cancellationToken);
        }
        catch (IOException exception) when (exception is not ConnectionResetException)
        {
            throw Reset(exception);
        }
    }

    /// <summary>The transport tells by a plain IOException that the client reset the stream, at times before it cancels the request.</summary>
    private static ConnectionResetException Reset(IOException exception) => new(exception.Message, exception);

    private async ValueTask<T> TakeSingleAsync<T>(Func<DeserializationContext, T> deserializer, CancellationToken cancellationToken)
        where T : class
    {
        T? message = null;
        while (true)
        {
            var result = await body.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            var consumed = buffer.Start;
            var examined = buffer.End;
            try
            {
                if (message is null)
                {
                    message = Take(ref buffer, deserializer);
                    if (message is not null)
                    {
                        consumed = buffer.Start;
                    }
                }

                if (message is not null && !buffer.IsEmpty)
                {
                    throw Malformed("Additional data after the message received.");
                }

                if (result.IsCompleted)
                {
                    ReachedEnd = true;
                    return message ?? throw Malformed("Incomplete message.");
                }
            }
            finally
            {
                body.AdvanceTo(consumed, examined);
            }
        }
    }

    private async ValueTask<T?> TakeNextAsync<T>(Func<DeserializationContext, T> deserializer, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            var result = await body.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            var consumed = buffer.Start;
            var examined = buffer.End;
            try
            {
                var message = Take(ref buffer, deserializer);
                if (message is not null)
                {
                    consumed = examined = buffer.Start;
                    return message;
                }

                if (result.IsCompleted)
                {
                    ReachedEnd = true;
                    return buffer.IsEmpty ? null : throw Malformed("Incomplete message.");
                }
            }
            finally
            {
                body.AdvanceTo(consumed, examined);
            }
        }
    }

    /// <summary>Takes one message off the buffer; null when there is less than one.</summary>
    private T? Take<T>(ref ReadOnlySequence<byte> buffer, Func<DeserializationContext, T> deserializer)
        where T : class
    {
        if (buffer.Length < GrpcProtocol.PrefixLength)
        {
            return null;
        }

        Span<byte> prefix = stackalloc byte[GrpcProtocol.PrefixLength];
        buffer.Slice(0, GrpcProtocol.PrefixLength).CopyTo(prefix);
        var compressed = prefix[0] switch
        {
            0 => false,
            1 => true,
            _ => throw Malformed("Unexpected compressed flag value in message header."),
        };
        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);

        // Before a byte of the message is waited for, so that nobody can fill the memory with what will be refused.
        if (length > (uint)(maxMessageSize ?? int.MaxValue))
        {
            throw TooLarge();
        }

        if (compressed && Decompression is null)
        {
            throw Malformed("Request did not include grpc-encoding value with compressed message.");
        }

        var whole = GrpcProtocol.PrefixLength + (long)length;
        if (buffer.Length < whole)
        {
            return null;
        }

        var payload = buffer.Slice(GrpcProtocol.PrefixLength, length);
        var message = compressed ? Decompress(payload, deserializer) : Deserialize(payload, deserializer);
        buffer = buffer.Slice(whole);
        return message;
    }

    private T Decompress<T>(ReadOnlySequence<byte> payload, Func<DeserializationContext, T> deserializer)
        where T : class
    {
        using var unpacked = new PooledBuffer(Math.Max(DecompressionStep, (int)Math.Min(2 * payload.Length, maxMessageSize ?? int.MaxValue)));
        using var packed = new SequenceStream(payload);
        try
        {
            using var stream = Decompression!.CreateDecompressionStream(packed);
            int count;
            while ((count = stream.Read(unpacked.GetSpan(DecompressionStep))) > 0)
            {
                unpacked.Advance(count);
                if (unpacked.Count > maxMessageSize)
                {
                    throw TooLarge();
                }
            }
        }
        catch (InvalidDataException exception)
        {
            throw new RpcException(new Status(StatusCode.Internal, "The compressed message is corrupt.", exception));
        }

        return Deserialize(new ReadOnlySequence<byte>(unpacked.Written), deserializer);
    }

    // INTERNAL is the code that statuscodes.md gives for a request that does not parse.
    private T Deserialize<T>(ReadOnlySequence<byte> payload, Func<DeserializationContext, T> deserializer)
        where T : class
    {
        _context.Payload = payload;
        try
        {
            return deserializer(_context) ?? throw new InvalidOperationException("The deserializer gave no message.");
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw new RpcException(new Status(StatusCode.Internal, "The request message could not be parsed.", exception));
        }
        finally
        {
            _context.Payload = default;
        }
    }

    private static RpcException Malformed(string detail) => new(new Status(StatusCode.Internal, detail));

    private static RpcException TooLarge() =>
        new(new Status(StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size."));
}
