using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Net.Client;
using Grpc.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Platform.Grpc.Tests.Client;

/// <summary>An HTTP/2 server that does with each request what the test says. It knows nothing of the gRPC runtime: what goes
/// over the wire is written out by hand, so that client and server cannot share a mistake.</summary>
public sealed class Peer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<GrpcChannel> _channels = [];

    private Peer(WebApplication app, string address)
    {
        _app = app;
        Address = address;
    }

    /// <summary>Where it listens.</summary>
    public string Address { get; }

    public static async Task<Peer> StartAsync(RequestDelegate handler, X509Certificate2? certificate = null, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        var app = builder.Build();
        app.Run(handler);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new Peer(app, address);
    }

    public GrpcChannel Channel(GrpcChannelOptions? options = null)
    {
        var channel = GrpcChannel.ForAddress(Address, options ?? new GrpcChannelOptions());
        _channels.Add(channel);
        return channel;
    }

    public TestService.TestServiceClient Client(GrpcChannelOptions? options = null) => new(Channel(options));

    public async ValueTask DisposeAsync()
    {
        _channels.ForEach(channel => channel.Dispose());
        await _app.DisposeAsync();
    }
}

/// <summary>gRPC over HTTP/2 by hand, on the server's side.</summary>
public static class Wire
{
    public static byte[] Frame(IMessage message, bool gzip = false) => Frame(message.ToByteArray(), gzip);

    public static byte[] Frame(byte[] payload, bool gzip = false)
    {
        if (gzip)
        {
            using var packed = new MemoryStream();
            using (var packing = new GZipStream(packed, CompressionLevel.Fastest))
            {
                packing.Write(payload);
            }

            payload = packed.ToArray();
        }

        var frame = new byte[5 + payload.Length];
        frame[0] = gzip ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), payload.Length);
        payload.CopyTo(frame, 5);
        return frame;
    }

    /// <summary>Reads one message with its compressed flag; null at the end of the request.</summary>
    public static async Task<(byte Flag, byte[] Payload)?> ReadFrameAsync(this HttpRequest request)
    {
        var prefix = new byte[5];
        var read = await request.Body.ReadAtLeastAsync(prefix, 5, throwOnEndOfStream: false);
        if (read == 0)
        {
            return null;
        }

        read.ShouldBe(5);
        var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(prefix.AsSpan(1))];
        await request.Body.ReadExactlyAsync(payload);
        return (prefix[0], payload);
    }

    public static async Task<T> ReadAsync<T>(this HttpRequest request)
        where T : IMessage<T>, new()
    {
        var (_, payload) = (await request.ReadFrameAsync()).ShouldNotBeNull();
        return new MessageParser<T>(() => new T()).ParseFrom(payload);
    }

    public static HttpResponse Grpc(this HttpResponse response)
    {
        if (!response.HasStarted)
        {
            response.ContentType = "application/grpc";
        }

        return response;
    }

    public static async Task SendAsync(this HttpResponse response, IMessage message)
    {
        response.Grpc();
        await response.Body.WriteAsync(Frame(message));
        await response.Body.FlushAsync();
    }

    public static void EndWith(this HttpResponse response, int status, string? message = null)
    {
        response.AppendTrailer("grpc-status", $"{status}");
        if (message is not null)
        {
            response.AppendTrailer("grpc-message", message);
        }
    }

    /// <summary>A response of headers alone, as for a call that failed before its first message.</summary>
    public static Task TrailersOnly(this HttpResponse response, int status, string? message = null)
    {
        response.Grpc().Headers["grpc-status"] = $"{status}";
        if (message is not null)
        {
            response.Headers["grpc-message"] = message;
        }

        return Task.CompletedTask;
    }

    /// <summary>Answers a unary call well.</summary>
    public static async Task AnswerAsync(this HttpContext context, string username = "")
    {
        await context.Response.SendAsync(new SimpleResponse { Username = username });
        context.Response.EndWith(0);
    }
}
