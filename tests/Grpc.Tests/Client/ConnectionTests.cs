using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Testing;

namespace Platform.Grpc.Tests.Client;

/// <summary>Resets, cut connections, absent servers, TLS.</summary>
public class ConnectionTests
{
    private const int RefusedStream = 7;

    [Theory]
    [InlineData(0x0, StatusCode.Internal)] // NO_ERROR
    [InlineData(0x1, StatusCode.Internal)] // PROTOCOL_ERROR
    [InlineData(0x2, StatusCode.Internal)] // INTERNAL_ERROR
    [InlineData(RefusedStream, StatusCode.Unavailable)]
    [InlineData(0x8, StatusCode.Cancelled)] // CANCEL
    [InlineData(0xb, StatusCode.ResourceExhausted)] // ENHANCE_YOUR_CALM
    [InlineData(0xc, StatusCode.PermissionDenied)] // INADEQUATE_SECURITY
    public async Task A_reset_before_the_response_has_the_status_of_its_error_code(int errorCode, StatusCode expected)
    {
        await using var peer = new RawHttp2Peer((connection, id) => connection.ResetAsync(id, errorCode));
        (await FailureOfUnary(peer)).StatusCode.ShouldBe(expected);
    }

    // Of a request that is not sent to its end yet, the HTTP handler may report the end of sending rather than the error
    // code; then the call is UNAVAILABLE.
    [Theory]
    [InlineData(0x2, StatusCode.Internal, 0)]
    [InlineData(RefusedStream, StatusCode.Unavailable, 0)]
    [InlineData(0xb, StatusCode.ResourceExhausted, 0)]
    [InlineData(RefusedStream, StatusCode.Unavailable, 3_000_000)]
    public async Task A_reset_while_requests_are_written_ends_the_call_and_the_write(int errorCode, StatusCode expected, int size)
    {
        await using var peer = new RawHttp2Peer((connection, id) => connection.ResetAsync(id, errorCode));
        using var channel = GrpcChannel.ForAddress(peer.Address);
        using var call = new TestService.TestServiceClient(channel).StreamingInputCall();
        // More than the stream's window, so that the reset meets a write that waits.
        var writing = size == 0 ? Task.CompletedTask : call.RequestStream.WriteAsync(new StreamingInputCallRequest { Payload = Payloads.Of(size) });

        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync.WaitAsync(TimeSpan.FromSeconds(30)))).StatusCode
            .ShouldBeOneOf(expected, StatusCode.Unavailable);
        if (size > 0)
        {
            await Should.ThrowAsync<RpcException>(() => writing.WaitAsync(TimeSpan.FromSeconds(30)));
        }
    }

    [Theory]
    [InlineData(0x2, StatusCode.Internal)]
    [InlineData(RefusedStream, StatusCode.Unavailable)]
    [InlineData(0x8, StatusCode.Cancelled)]
    [InlineData(0xb, StatusCode.ResourceExhausted)]
    public async Task A_reset_in_the_middle_of_a_response_has_the_status_of_its_error_code(int errorCode, StatusCode expected)
    {
        await using var peer = new RawHttp2Peer(async (connection, id) =>
        {
            await connection.GrpcHeadersAsync(id);
            await connection.DataAsync(id, Wire.Frame(new StreamingOutputCallResponse()));
            await connection.ResetAsync(id, errorCode);
        });
        using var channel = GrpcChannel.ForAddress(peer.Address);
        using var call = new TestService.TestServiceClient(channel).StreamingOutputCall(new StreamingOutputCallRequest());

        var failure = await Should.ThrowAsync<RpcException>(async () => await call.ResponseStream.ReadAllAsync().CountAsync());

        failure.StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task The_transport_repeats_a_refused_stream_by_itself()
    {
        var refused = 0;
        await using var peer = new RawHttp2Peer(async (connection, id) =>
        {
            if (Interlocked.Increment(ref refused) == 1)
            {
                await connection.ResetAsync(id, RefusedStream);
                return;
            }

            await connection.GrpcHeadersAsync(id);
            await connection.DataAsync(id, Wire.Frame(new SimpleResponse { Username = "second" }));
            await connection.HeadersAsync(id, end: true, ("grpc-status", "0"));
        });
        using var channel = GrpcChannel.ForAddress(peer.Address);

        (await new TestService.TestServiceClient(channel).UnaryCallAsync(new SimpleRequest())).Username.ShouldBe("second");
        peer.Requests.ShouldBe(2);
    }

    [Fact]
    public async Task A_connection_cut_before_the_response_is_UNAVAILABLE()
    {
        await using var peer = new RawHttp2Peer((connection, _) =>
        {
            connection.Cut();
            return Task.CompletedTask;
        });
        (await FailureOfUnary(peer)).StatusCode.ShouldBe(StatusCode.Unavailable);
    }

    [Fact]
    public async Task A_connection_cut_in_the_middle_of_a_stream_is_UNAVAILABLE()
    {
        await using var peer = new RawHttp2Peer(async (connection, id) =>
        {
            await connection.GrpcHeadersAsync(id);
            await connection.DataAsync(id, Wire.Frame(new StreamingOutputCallResponse())[..3]);
            await Task.Delay(50);
            connection.Cut();
        });
        using var channel = GrpcChannel.ForAddress(peer.Address);
        using var call = new TestService.TestServiceClient(channel).StreamingOutputCall(new StreamingOutputCallRequest());

        (await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext(default))).StatusCode.ShouldBe(StatusCode.Unavailable);
    }

    [Fact]
    public async Task Writing_over_a_cut_connection_fails_instead_of_waiting()
    {
        await using var peer = new RawHttp2Peer(async (connection, id) =>
        {
            await connection.GrpcHeadersAsync(id);
            connection.Cut();
        });
        using var channel = GrpcChannel.ForAddress(peer.Address);
        using var call = new TestService.TestServiceClient(channel).FullDuplexCall();

        var failure = await Should.ThrowAsync<RpcException>(async () =>
        {
            while (true)
            {
                await call.RequestStream.WriteAsync(Payloads.Asking(1)).WaitAsync(TimeSpan.FromSeconds(30));
            }
        });

        failure.StatusCode.ShouldBeOneOf(StatusCode.Unavailable, StatusCode.Cancelled);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_UNAVAILABLE_and_a_later_call_finds_it()
    {
        var port = FreePort();
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}");
        var client = new TestService.TestServiceClient(channel);

        (await Should.ThrowAsync<RpcException>(async () => await client.UnaryCallAsync(new SimpleRequest()))).StatusCode.ShouldBe(StatusCode.Unavailable);

        await using var peer = await Peer.StartAsync(context => context.AnswerAsync("late"), port: port);
        var options = new CallOptions(deadline: DateTime.UtcNow.AddSeconds(30)).WithWaitForReady();
        (await client.UnaryCallAsync(new SimpleRequest(), options)).Username.ShouldBe("late");
    }

    [Fact]
    public async Task A_call_that_waits_for_ready_waits_for_its_server()
    {
        var port = FreePort();
        using var channel = GrpcChannel.ForAddress(
            $"http://127.0.0.1:{port}", new GrpcChannelOptions { InitialReconnectBackoff = TimeSpan.FromMilliseconds(50) });
        var options = new CallOptions(deadline: DateTime.UtcNow.AddSeconds(30)).WithWaitForReady();
        using var call = new TestService.TestServiceClient(channel).UnaryCallAsync(new SimpleRequest(), options);
        await Task.Delay(150);
        call.ResponseAsync.IsCompleted.ShouldBeFalse();

        await using var peer = await Peer.StartAsync(context => context.AnswerAsync("late"), port: port);

        (await call).Username.ShouldBe("late");
    }

    [Fact]
    public async Task A_call_that_waits_for_ready_keeps_its_deadline()
    {
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{FreePort()}");
        var options = new CallOptions(deadline: DateTime.UtcNow.AddMilliseconds(200)).WithWaitForReady();
        using var call = new TestService.TestServiceClient(channel).UnaryCallAsync(new SimpleRequest(), options);

        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
    }

    [Fact]
    public async Task TLS_is_spoken_to_an_https_address()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var peer = await Peer.StartAsync(context => context.AnswerAsync(context.Request.Scheme), certificate);
        var thumbprint = certificate.Thumbprint;
#pragma warning disable MA0039 // the one certificate trusted is the one just made
        var trusting = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, presented, _, _) => presented?.Thumbprint == thumbprint,
        };
#pragma warning restore MA0039

        var client = peer.Client(new GrpcChannelOptions { HttpHandler = trusting, DisposeHttpClient = true });
        (await client.UnaryCallAsync(new SimpleRequest())).Username.ShouldBe("https");

        await Should.ThrowAsync<RpcException>(async () => await peer.Client().UnaryCallAsync(new SimpleRequest()));
    }

    [Theory]
    [InlineData("http://localhost:1", true)]
    [InlineData("https://localhost:1", false)]
    public void Credentials_that_do_not_fit_the_address_are_refused(string address, bool secure) =>
        Should.Throw<InvalidOperationException>(() => GrpcChannel.ForAddress(
            address, new GrpcChannelOptions { Credentials = secure ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure }));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<RpcException> FailureOfUnary(RawHttp2Peer peer)
    {
        using var channel = GrpcChannel.ForAddress(peer.Address);
        using var call = new TestService.TestServiceClient(channel).UnaryCallAsync(new SimpleRequest());
        return await Should.ThrowAsync<RpcException>(() => call.ResponseAsync);
    }
}
