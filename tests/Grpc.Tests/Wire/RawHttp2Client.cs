using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Platform.Grpc.Tests.Wire;

/// <summary>An HTTP/2 connection whose every frame is written by hand (RFC 9113), so that a test can send what no gRPC client
/// would and see exactly what comes back.</summary>
internal sealed class RawHttp2Client : IDisposable
{
    private const byte Data = 0, Headers = 1, RstStream = 3, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8;
    private const byte EndStreamFlag = 1, AckFlag = 1, EndHeadersFlag = 4;
    private const int LargeWindow = 1 << 30;

    private readonly TcpClient _connection = new() { NoDelay = true };
    private NetworkStream _stream = null!;
    private int _nextStream = 1;

    public static async Task<RawHttp2Client> ConnectAsync(int port)
    {
        var client = new RawHttp2Client();
        await client._connection.ConnectAsync("127.0.0.1", port);
        client._stream = client._connection.GetStream();
        await client._stream.WriteAsync(Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));

        // HEADER_TABLE_SIZE 0 and a large INITIAL_WINDOW_SIZE, then the same window for the connection.
        await client.SendAsync(Settings, 0, 0, [0, 1, 0, 0, 0, 0, 0, 4, .. Number(LargeWindow)]);
        await client.SendAsync(WindowUpdate, 0, 0, Number(LargeWindow));
        return client;
    }

    /// <summary>Sends a request's headers; the fields of a gRPC request come first and can be replaced.</summary>
    public async Task<int> BeginAsync(string path, bool endStream = false, params (string Name, string Value)[] fields)
    {
        var all = new Dictionary<string, string>
        {
            [":method"] = "POST", [":scheme"] = "http", [":path"] = path, [":authority"] = "localhost",
            ["te"] = "trailers", ["content-type"] = "application/grpc",
        };
        foreach (var (name, value) in fields)
        {
            all[name] = value;
        }

        var stream = _nextStream;
        _nextStream += 2;
        var block = Hpack.Encode(all.Where(field => field.Value != "").Select(field => (field.Key, field.Value)));
        await SendAsync(Headers, (byte)(EndHeadersFlag | (endStream ? EndStreamFlag : 0)), stream, block);
        return stream;
    }

    public Task DataAsync(int stream, byte[] bytes, bool endStream = false) =>
        SendAsync(Data, endStream ? EndStreamFlag : (byte)0, stream, bytes);

    public Task ResetAsync(int stream, int code) => SendAsync(RstStream, 0, stream, Number(code));

    /// <summary>A whole request, its body in the DATA frames given, and all that the server answers.</summary>
    public async Task<RawResponse> CallAsync(string path, IReadOnlyList<byte[]> frames, params (string Name, string Value)[] fields)
    {
        var stream = await BeginAsync(path, endStream: frames.Count == 0, fields);
        for (var i = 0; i < frames.Count; i++)
        {
            await DataAsync(stream, frames[i], endStream: i == frames.Count - 1);
        }

        return await ReadResponseAsync(stream);
    }

    /// <summary>Reads until the stream ends: the server ended or reset it.</summary>
    public async Task<RawResponse> ReadResponseAsync(int stream)
    {
        var response = new RawResponse();
        while (!response.Ended)
        {
            await ReadFrameAsync(stream, response);
        }

        return response;
    }

    /// <summary>Reads one more frame of the stream into the response.</summary>
    public async Task ReadFrameAsync(int stream, RawResponse response)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var header = new byte[9];
            await _stream.ReadExactlyAsync(header, patience.Token);
            var payload = new byte[(header[0] << 16) | (header[1] << 8) | header[2]];
            await _stream.ReadExactlyAsync(payload, patience.Token);
            var (type, flags, id) = (header[3], header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)));
            if (type == Settings && (flags & AckFlag) == 0)
            {
                await SendAsync(Settings, AckFlag, 0, []);
            }
            else if (type == Ping && (flags & AckFlag) == 0)
            {
                await SendAsync(Ping, AckFlag, 0, payload);
            }
            else if (type == GoAway)
            {
                throw new IOException($"GOAWAY with error {BinaryPrimitives.ReadInt32BigEndian(payload.AsSpan(4))}.");
            }
            else if (id == stream && type is Data or Headers or RstStream)
            {
                Add(response, type, flags, payload);
                return;
            }
        }
    }

    public void Dispose() => _connection.Dispose();

    private static void Add(RawResponse response, byte type, byte flags, byte[] payload)
    {
        switch (type)
        {
            case Headers when response.Headers.Count == 0:
                (flags & EndHeadersFlag).ShouldNotBe(0);
                response.Headers.AddRange(Hpack.Decode(payload));
                break;
            case Headers:
                response.Trailers.AddRange(Hpack.Decode(payload));
                break;
            case Data:
                response.Body.AddRange(payload);
                break;
            default:
                response.ResetCode = BinaryPrimitives.ReadInt32BigEndian(payload);
                break;
        }

        response.EndStream |= type != RstStream && (flags & EndStreamFlag) != 0;
    }

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private async Task SendAsync(byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        frame[0] = (byte)(payload.Length >> 16);
        frame[1] = (byte)(payload.Length >> 8);
        frame[2] = (byte)payload.Length;
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        await _stream.WriteAsync(frame);
    }
}

/// <summary>What came back on a stream, so far.</summary>
internal sealed class RawResponse
{
    public List<(string Name, string Value)> Headers { get; } = [];

    public List<byte> Body { get; } = [];

    public List<(string Name, string Value)> Trailers { get; } = [];

    public bool EndStream { get; set; }

    public int? ResetCode { get; set; }

    public bool Ended => EndStream || ResetCode is not null;

    public string? HttpStatus => Find(Headers, ":status");

    /// <summary>Whether the status came in the only header block, without a message.</summary>
    public bool IsTrailersOnly => Trailers.Count == 0 && Body.Count == 0 && Find(Headers, "grpc-status") is not null;

    public string? GrpcStatus => Find(Trailers, "grpc-status") ?? Find(Headers, "grpc-status");

    public string? GrpcMessage => Find(Trailers, "grpc-message") ?? Find(Headers, "grpc-message");

    public string? Header(string name) => Find(Headers, name);

    public string? Trailer(string name) => Find(Trailers, name);

    /// <summary>The messages of the body, each with its compressed flag.</summary>
    public List<(byte Flag, byte[] Payload)> Messages()
    {
        var messages = new List<(byte, byte[])>();
        var body = Body.ToArray().AsSpan();
        while (!body.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(body[1..5]);
            messages.Add((body[0], body.Slice(5, length).ToArray()));
            body = body[(5 + length)..];
        }

        return messages;
    }

    private static string? Find(List<(string Name, string Value)> fields, string name) =>
        fields.Where(field => field.Name == name).Select(field => field.Value).FirstOrDefault();
}
