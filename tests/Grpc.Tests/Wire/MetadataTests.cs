using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Testing;
using Platform.Grpc.Tests.Server;

namespace Platform.Grpc.Tests.Wire;

public sealed class MetadataTests
{
    private static readonly byte[] Request = Message.Of(new SimpleRequest());

    [Theory]
    [InlineData("", new[] { "" })]
    [InlineData("AQ", new[] { "01" })]
    [InlineData("AQ==", new[] { "01" })]
    [InlineData("AQI", new[] { "0102" })]
    [InlineData("AQI=", new[] { "0102" })]
    [InlineData("AQID", new[] { "010203" })]
    [InlineData("AQ==,AQI,AQID", new[] { "01", "0102", "010203" })]
    [InlineData("AQ , AQI=", new[] { "01", "0102" })]
    public async Task A_binary_header_is_read_padded_or_not_and_split_on_commas(string field, string[] values)
    {
        var seen = await HeadersOfAsync(("some-bin", field.Length == 0 ? " " : field));

        seen.GetAll("some-bin").Select(entry => Convert.ToHexString(entry.ValueBytes)).ShouldBe(values);
    }

    [Theory]
    [InlineData("!!!!")]
    [InlineData("A")]
    [InlineData("AQ=")]
    [InlineData("AQ===")]
    [InlineData("AQ,!")]
    [InlineData("A=Q=")]
    public async Task A_binary_header_that_is_not_base64_fails_the_call_that_reads_it(string field)
    {
        var service = new ScriptedService
        {
            Unary = (_, context) => Task.FromResult(new SimpleResponse { Username = $"{context.RequestHeaders.Count}" }),
        };
        await using var server = await service.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);

        var response = await client.CallAsync(Message.UnaryPath, [Request], ("some-bin", field));

        // AQ= lacks one sign of its padding but says what it means.
        response.GrpcStatus.ShouldBe(field == "AQ=" ? "0" : $"{(int)StatusCode.Internal}");
        response.GrpcMessage.ShouldBe(field == "AQ=" ? null : "The value of the binary header 'some-bin' is not base64.");
    }

    [Fact]
    public async Task The_protocols_own_fields_are_no_metadata()
    {
        var seen = await HeadersOfAsync(
            ("grpc-timeout", "10S"), ("grpc-encoding", "identity"), ("grpc-accept-encoding", "gzip"), ("custom", "kept"), ("user-agent", "test/1"));

        seen.Select(entry => entry.Key).ShouldBe(["custom", "user-agent"], ignoreOrder: true);
        seen.GetValue("custom").ShouldBe("kept");
    }

    [Fact]
    public async Task Binary_trailers_are_sent_unpadded_and_text_as_it_is()
    {
        var service = new ScriptedService
        {
            Unary = (_, context) =>
            {
                context.ResponseTrailers.Add("one-bin", [1]);
                context.ResponseTrailers.Add("two-bin", [1, 2]);
                context.ResponseTrailers.Add("text", "a b");
                return Task.FromResult(new SimpleResponse());
            },
        };
        await using var server = await service.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);

        var response = await client.CallAsync(Message.UnaryPath, [Request]);

        response.Trailer("one-bin").ShouldBe("AQ");
        response.Trailer("two-bin").ShouldBe("AQI");
        response.Trailer("text").ShouldBe("a b");
    }

    [Theory]
    [InlineData("plain text, with punctuation!~", "plain text, with punctuation!~")]
    [InlineData("100%", "100%25")]
    [InlineData("\t\ntwo lines\r\n", "%09%0Atwo lines%0D%0A")]
    [InlineData("Grüße ☺ 😈", "Gr%C3%BC%C3%9Fe %E2%98%BA %F0%9F%98%88")]
    [InlineData("\u007f\0", "%7F%00")]
    public Task The_detail_is_percent_encoded(string detail, string sent) => CheckDetailAsync(detail, sent);

    [Fact]
    public Task Half_a_surrogate_pair_in_the_detail_is_replaced() =>
        CheckDetailAsync("half " + (char)0xD83D + ".", "half %EF%BF%BD.");

    private static async Task CheckDetailAsync(string detail, string sent)
    {
        var service = new ScriptedService { Unary = (_, _) => throw new RpcException(new Status(StatusCode.NotFound, detail)) };
        await using var server = await service.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);

        var response = await client.CallAsync(Message.UnaryPath, [Request]);

        response.IsTrailersOnly.ShouldBeTrue();
        response.GrpcMessage.ShouldBe(sent);
    }

    [Fact]
    public async Task The_context_says_who_calls_what_and_where()
    {
        var seen = new ConcurrentBag<string>();
        var service = new ScriptedService
        {
            Unary = (_, context) =>
            {
                seen.Add($"{context.Method} {context.Host} {context.Peer[..context.Peer.LastIndexOf(':')]} {context.Deadline == DateTime.MaxValue} {context.AuthContext.IsPeerAuthenticated}");
                return Task.FromResult(new SimpleResponse());
            },
        };
        await using var server = await service.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);

        await client.CallAsync(Message.UnaryPath, [Request], (":authority", "example.org:99"));

        seen.ShouldHaveSingleItem().ShouldBe("/grpc.testing.TestService/UnaryCall example.org:99 ipv4:127.0.0.1 True False");
    }

    private static async Task<Metadata> HeadersOfAsync(params (string Name, string Value)[] fields)
    {
        Metadata? seen = null;
        var service = new ScriptedService
        {
            Unary = (_, context) =>
            {
                seen = context.RequestHeaders;
                return Task.FromResult(new SimpleResponse());
            },
        };
        await using var server = await service.StartAsync();
        using var client = await RawHttp2Client.ConnectAsync(server.Port);
        (await client.CallAsync(Message.UnaryPath, [Request], fields)).GrpcStatus.ShouldBe("0");
        return seen.ShouldNotBeNull();
    }
}
