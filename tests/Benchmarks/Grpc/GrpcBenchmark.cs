using System.Net;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Platform.Benchmarks.Grpc;

/// <summary>Calls a second, unary and streaming, against the same bytes echoed over bare HTTP/2.</summary>
internal static class GrpcBenchmark
{
    private const int PayloadSize = 100;
    private const int UnaryWorkers = 32;
    private const int StreamWorkers = 8;
    private const int MessagesPerStream = 100;

    public static async Task RunAsync()
    {
        await using var app = await StartServerAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        using var channel = GrpcChannel.ForAddress(address);
        using var bare = new BareEcho(address);
        var client = new TestService.TestServiceClient(channel);

        await CompareUnaryAsync(client, bare);
        await CompareServerStreamAsync(client, bare);
        await ComparePingPongAsync(client, bare);
        await app.StopAsync();
    }

    private static async Task CompareUnaryAsync(TestService.TestServiceClient client, BareEcho bare)
    {
        var request = new SimpleRequest { Payload = Payload() };
        var bytes = Framed(request);
        await Rounds.CompareAsync(
            "unary calls",
            UnaryWorkers,
            unitsPerTurn: 1,
            async _ => await client.UnaryCallAsync(request),
            _ => bare.UnaryAsync(bytes));
    }

    private static async Task CompareServerStreamAsync(TestService.TestServiceClient client, BareEcho bare)
    {
        var request = new StreamingOutputCallRequest { Payload = Payload() };
        var bytes = Framed(request);
        request.ResponseParameters.Add(Enumerable.Repeat(new ResponseParameters(), MessagesPerStream));
        await Rounds.CompareAsync(
            $"messages of server streams ({MessagesPerStream} a call)",
            StreamWorkers,
            MessagesPerStream,
            async _ =>
            {
                using var call = client.StreamingOutputCall(request);
                while (await call.ResponseStream.MoveNext(CancellationToken.None))
                {
                }
            },
            _ => bare.StreamAsync(bytes, MessagesPerStream));
    }

    private static async Task ComparePingPongAsync(TestService.TestServiceClient client, BareEcho bare)
    {
        var request = new StreamingOutputCallRequest { Payload = Payload() };
        var bytes = Framed(request);
        var calls = Enumerable.Range(0, StreamWorkers).Select(_ => client.FullDuplexCall()).ToList();
        var streams = await Task.WhenAll(calls.Select(_ => bare.OpenDuplexAsync()));
        await Rounds.CompareAsync(
            "messages there and back on open streams",
            StreamWorkers,
            unitsPerTurn: 1,
            async worker =>
            {
                await calls[worker].RequestStream.WriteAsync(request);
                await calls[worker].ResponseStream.MoveNext(CancellationToken.None);
            },
            worker => streams[worker].PingAsync(bytes));

        foreach (var (call, stream) in calls.Zip(streams))
        {
            await call.RequestStream.CompleteAsync();
            call.Dispose();
            stream.Close();
        }
    }

    private static Payload Payload() => new() { Body = ByteString.CopyFrom(new byte[PayloadSize]) };

    /// <summary>The bytes that the message takes on the wire: five of prefix and its own.</summary>
    private static byte[] Framed(IMessage message) => [.. new byte[5], .. message.ToByteArray()];

    private static async Task<WebApplication> StartServerAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<EchoService>();
        var app = builder.Build();
        app.MapGrpcService<EchoService>();
        BareEcho.Map(app);
        await app.StartAsync();
        return app;
    }
}
