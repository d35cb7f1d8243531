using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Platform.Grpc.Tests.Client;

/// <summary>One HTTP/2 connection, frame by frame (RFC 9113), for what no HTTP server would do: any error code at any
/// moment, a connection cut in the middle, responses that are not gRPC.</summary>
public sealed class RawHttp2Peer : IAsyncDisposable
{
    private const byte Data = 0, Headers = 1, RstStream = 3, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8;
    private const byte EndStream = 1, Ack = 1, EndHeaders = 4;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<TcpClient> _connections = [];
    private readonly Func<Connection, int, Task> _onRequest;
    private readonly Task _accepting;
    private int _requests;

    /// <summary>Listens, and runs the function with the stream's number when a request's headers arrived.</summary>
    public RawHttp2Peer(Func<Connection, int, Task> onRequest)
    {
        _onRequest = onRequest;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Requests that arrived, the transport's own repeats included.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }

        await _accepting;
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                client.NoDelay = true;
                _connections.Add(client);
                serving.Add(ServeAsync(client));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
        }

        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            var stream = client.GetStream();
            var connection = new Connection(client, stream);
            await stream.ReadExactlyAsync(new byte[24]); // PRI * HTTP/2.0 …
            await connection.SendAsync(Settings, 0, 0, []);
            var header = new byte[9];
            while (true)
            {
                await stream.ReadExactlyAsync(header);
                var payload = new byte[(header[0] << 16) | (header[1] << 8) | header[2]];
                await stream.ReadExactlyAsync(payload);
                var (type, flags, id) = (header[3], header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)));
                if (type == Settings && (flags & Ack) == 0)
                {
                    await connection.SendAsync(Settings, Ack, 0, []);
                }
                else if (type == Ping && (flags & Ack) == 0)
                {
                    await connection.SendAsync(Ping, Ack, 0, payload);
                }
                else if (type == Data && payload.Length > 0)
                {
                    // What was sent on a stream that is reset still counts for the connection, and must be given back (RFC 9113
                    // section 5.1): another request on it could not even begin.
                    await connection.ReturnWindowAsync(payload.Length);
                }
                else if (type == Headers)
                {
                    Interlocked.Increment(ref _requests);
                    await _onRequest(connection, id);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }

    /// <summary>What the test sends.</summary>
    public sealed class Connection(TcpClient client, NetworkStream stream)
    {
        public Task ResetAsync(int id, int errorCode)
        {
            var payload = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(payload, errorCode);
            return SendAsync(RstStream, 0, id, payload);
        }

        public Task ReturnWindowAsync(int bytes)
        {
            var payload = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(payload, bytes);
            return SendAsync(WindowUpdate, 0, 0, payload);
        }

        public Task GoAwayAsync(int lastStream, int errorCode)
        {
            var payload = new byte[8];
            BinaryPrimitives.WriteInt32BigEndian(payload, lastStream);
            BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(4), errorCode);
            return SendAsync(GoAway, 0, 0, payload);
        }

        public Task HeadersAsync(int id, bool end, params (string Name, string Value)[] fields) =>
            SendAsync(Headers, (byte)(EndHeaders | (end ? EndStream : 0)), id, Encode(fields));

        /// <summary>The headers of a good gRPC response.</summary>
        public Task GrpcHeadersAsync(int id, params (string Name, string Value)[] more) =>
            HeadersAsync(id, end: false, [(":status", "200"), ("content-type", "application/grpc"), .. more]);

        public Task DataAsync(int id, byte[] payload, bool end = false) => SendAsync(Data, end ? EndStream : (byte)0, id, payload);

        /// <summary>Ends the TCP connection with a reset.</summary>
        public void Cut()
        {
            client.LingerState = new LingerOption(true, 0);
            client.Dispose();
        }

        public async Task SendAsync(byte type, byte flags, int id, byte[] payload)
        {
            var frame = new byte[9 + payload.Length];
            (frame[0], frame[1], frame[2]) = ((byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length);
            (frame[3], frame[4]) = (type, flags);
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), id);
            payload.CopyTo(frame, 9);
            await stream.WriteAsync(frame);
        }

        /// <summary>HPACK's simplest form (RFC 7541, 6.2.2): literals without indexing and without Huffman coding.</summary>
        private static byte[] Encode((string Name, string Value)[] fields)
        {
            var block = new List<byte>();
            foreach (var (name, value) in fields)
            {
                block.Add(0);
                block.Add(checked((byte)name.Length));
                block.AddRange(Encoding.ASCII.GetBytes(name));
                value.Length.ShouldBeLessThan(127);
                block.Add((byte)value.Length);
                block.AddRange(Encoding.Latin1.GetBytes(value));
            }

            return [.. block];
        }
    }
}
